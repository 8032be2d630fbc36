//! Record when completion of the investigation is expected.

use candour_core::case::Command;
use candour_core::case::forecast::Forecast;
use candour_core::case::investigation::not_under_way;
use candour_core::day;
use candour_core::law::id;
use candour_core::permit::Action;
use candour_core::refusal::{Check, Refusal};

use super::asks::{date_field, reasons, reasons_field};
use crate::web::field::{Field, required_date};
use crate::web::form::{Asked, CaseForm};
use crate::web::typed::Typed;

pub(crate) struct Form;

impl CaseForm for Form {
    fn slug(&self) -> &'static str {
        "forecast"
    }

    fn action(&self, _: &Typed) -> Action {
        Action::Forecast
    }

    fn title(&self, _: &Asked<'_>) -> String {
        "Record when completion is expected".to_owned()
    }

    fn facts(&self, asked: &Asked<'_>) -> Vec<(String, String)> {
        let forecasts = asked.case().state.forecasts.iter();
        let said = |(on, by): &(day::Day, day::Day)| {
            (format!("Forecast of {}", day::in_words(*on)), format!("Completion by {}", day::in_words(*by)))
        };
        forecasts.map(said).collect()
    }

    fn rules(&self, _: &Asked<'_>) -> Vec<&'static str> {
        vec![id::FORECAST, id::WITHIN_12_MONTHS]
    }

    fn fields(&self, _: &Asked<'_>) -> Vec<Field> {
        vec![
            date_field("by", "By when do you expect the final report?"),
            date_field("on", "When was this forecast made?"),
            reasons_field("On what does it rest?", "Say what is still to be done, and on whom it depends"),
        ]
    }

    fn command(&self, asked: &Asked<'_>) -> Result<Command, Refusal> {
        let mut check = Check::default();
        let by = required_date(&mut check, asked.typed, "by", "The expected date of the final report");
        let on = required_date(&mut check, asked.typed, "on", "The date of the forecast");
        let reasons = reasons(&mut check, asked.typed, "Say on what the forecast rests");
        let forecast = (|| Some(Command::Forecast(Forecast { on: on?, by: by?, reasons: reasons? })))();
        check.done(forecast)
    }

    fn not_now(&self, asked: &Asked<'_>) -> Option<&'static str> {
        not_under_way(&asked.case().state)
    }

    fn button(&self) -> &'static str {
        "Record the forecast"
    }

    fn done(&self) -> &'static str {
        "The forecast is recorded. Earlier ones stay in the record."
    }
}
