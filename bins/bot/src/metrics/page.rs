//! One showing of all metrics.

use std::borrow::Cow;

use prometheus_client::{
    encoding::text::encode,
    metrics::{
        counter::{ConstCounter, Counter},
        family::Family,
        gauge::{ConstGauge, Gauge},
        info::Info,
    },
    registry::{Metric, Registry},
};

use super::{
    list::MetricDecl,
    meters::{Labels, labels},
};

/// The type of the text (`OpenMetrics` specification, “Text Format”).
pub(crate) const TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Collects what is shown.
#[derive(Default)]
pub(super) struct Page(Registry);

impl Page {
    pub(super) fn family(&mut self, decl: &MetricDecl, metric: impl Metric) {
        // The encoder adds these endings itself.
        let name = decl.name.strip_suffix("_total").or_else(|| decl.name.strip_suffix("_info"));
        self.0.register(name.unwrap_or(decl.name), decl.help, metric);
    }

    pub(super) fn counter(&mut self, decl: &MetricDecl, value: u64) {
        self.family(decl, ConstCounter::new(value));
    }

    pub(super) fn seconds(&mut self, decl: &MetricDecl, value: f64) {
        self.family(decl, ConstCounter::new(value));
    }

    pub(super) fn gauge(&mut self, decl: &MetricDecl, value: u64) {
        self.family(decl, ConstGauge::new(value));
    }

    /// A counter with one label.
    pub(super) fn counters(
        &mut self,
        decl: &MetricDecl,
        values: impl IntoIterator<Item = (&'static str, u64)>,
    ) {
        let family = Family::<Labels<1>, Counter>::default();
        for (label, value) in values {
            family.get_or_create(&labels(decl, [label.into()])).inc_by(value);
        }
        self.family(decl, family);
    }

    /// A gauge with one label.
    pub(super) fn gauges(
        &mut self,
        decl: &MetricDecl,
        values: impl IntoIterator<Item = (&'static str, u64)>,
    ) {
        let family = Family::<Labels<1>, Gauge>::default();
        for (label, value) in values {
            let value = i64::try_from(value).unwrap_or(i64::MAX);
            family.get_or_create(&labels(decl, [label.into()])).set(value);
        }
        self.family(decl, family);
    }

    pub(super) fn info<const N: usize>(&mut self, decl: &MetricDecl, values: [Cow<'static, str>; N]) {
        self.family(decl, Info::new(labels(decl, values)));
    }

    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        if let Err(error) = encode(&mut text, &self.0) {
            tracing::error!(%error, "metrics could not be written");
        }
        text
    }
}
