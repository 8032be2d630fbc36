//! Choices that have a name in the record and in forms, and another on a page.

/// An enum of such choices: each with its name in the record and its name on a page.
macro_rules! named {
    ($(#[$about:meta])* $name:ident { $($(#[$of:meta])* $choice:ident = $id:literal, $label:literal;)+ }) => {
        $(#[$about])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $($(#[$of])* #[serde(rename = $id)] $choice,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$choice,)+];

            /// Its name in the record and in forms.
            #[must_use]
            pub fn id(self) -> &'static str {
                match self {
                    $(Self::$choice => $id,)+
                }
            }

            /// Its name on a page.
            #[must_use]
            pub fn label(self) -> &'static str {
                match self {
                    $(Self::$choice => $label,)+
                }
            }

            /// The one of that name.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|choice| choice.id() == text)
            }
        }
    };
}

pub(crate) use named;
