//! Numbers of days as people say them.

/// So many days.
pub fn days(n: i64) -> String {
    if n == 1 { "1 day".to_owned() } else { format!("{n} days") }
}

/// When a day is that so many days are left to.
pub fn from_today(left: i64) -> String {
    match left {
        0 => "today".to_owned(),
        1.. => format!("in {}", days(left)),
        _ => format!("{} ago", days(-left)),
    }
}
