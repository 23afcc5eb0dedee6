//! Units and charts of sellers' pages, as they are drawn.

use contract::{Money, Timestamp};

use crate::api::seller_views::{CategorySalesView, SumsView};
use crate::domain::Offer;
use crate::language::Language;
use crate::selling::chart::{Bar, Series, Step, Sums, axis_end};

/// The width of a meter in its own units.
const METER: u64 = 1_000;

/// The size of a chart in its own units: a tenth of a pixel on a desktop.
const WIDTH: u64 = 9_600;
const HEIGHT: u64 = 1_400;

/// The least height of a bar with a sale.
const BAR_MIN: u64 = 20;

/// Offered units: those that are sold and those that are held.
#[derive(Debug, Clone, Copy)]
pub(super) struct Units {
    pub(super) offered: u64,
    pub(super) sold: u64,
    pub(super) held: u64,
}

/// A chart with its table.
pub(super) struct Chart {
    pub(super) title: &'static str,
    pub(super) summary: String,
    pub(super) top: String,
    pub(super) middle: String,
    pub(super) first: String,
    pub(super) last: String,
    pub(super) bars: Vec<DrawnBar>,
    pub(super) rows: Vec<Row>,
    pub(super) total: Row,
}

/// The hours with orders, the latest first.
pub(super) struct Hours {
    pub(super) hours: Vec<SumsView>,
    /// Whether there are no earlier ones.
    pub(super) are_all: bool,
}

/// A bar of a chart.
pub(super) struct DrawnBar {
    pub(super) x: u64,
    pub(super) y: u64,
    pub(super) width: u64,
    pub(super) height: u64,
    pub(super) text: String,
    pub(super) is_current: bool,
}

/// A row of the table below a chart.
pub(super) struct Row {
    pub(super) time: String,
    pub(super) orders: String,
    pub(super) sold: String,
    pub(super) returned: String,
    pub(super) paid: String,
    pub(super) refunded: String,
    pub(super) disputed: String,
}

impl Units {
    /// The units of a ticket; `None` until its inventory is known here.
    pub(super) fn of_stock(offer: &Offer) -> Option<Self> {
        let stock = offer.stock.as_ref()?;
        let [offered, sold, held] = [stock.capacity, stock.sold, stock.held].map(u64::from);
        Some(Self { offered, sold, held })
    }

    /// Units of which none is known to be held or sold.
    pub(super) const fn offered(offered: u64) -> Self {
        Self { offered, sold: 0, held: 0 }
    }

    /// The units of a price category.
    pub(super) fn of_category(sales: &CategorySalesView) -> Self {
        let sold = sales.sold.saturating_sub(sales.returned);
        Self { offered: sales.offered, sold, held: sales.held }
    }

    /// Units that are neither held nor sold.
    pub(super) fn left(self) -> u64 {
        self.offered.saturating_sub(self.sold).saturating_sub(self.held)
    }

    /// The widths of the sold and of the held part of a meter.
    pub(super) fn widths(&self) -> (u64, u64) {
        let of = |units: u64| units.min(self.offered) * METER / self.offered.max(1);
        let sold = of(self.sold);
        (sold, of(self.held).min(METER - sold))
    }

    pub(super) fn text(&self, t: Language) -> String {
        let [sold, held, left] = [self.sold, self.held, self.left()].map(|units| t.number(units));
        t.units_text(&sold, &held, &left)
    }
}

impl Chart {
    /// The chart of the sums of hours; `None` before the first order. `total` are the sums of all
    /// orders: the table has a row for the rest.
    pub(super) fn of(
        t: Language,
        hours: &Hours,
        total: &SumsView,
        (now, end, zone): (Timestamp, Timestamp, &str),
    ) -> Option<Self> {
        let dated = hours.hours.iter().filter_map(|sums| Some((sums.hour?, plain(sums))));
        let dated: Vec<(Timestamp, Sums)> = dated.collect();
        let is_current = end >= now;
        let series = Series::of(&dated, end.min(now), zone)?;
        let axis = axis_end(series.peak());
        let time = |bar: &Bar| time(t, series.step, bar.start, zone);
        let texts: Vec<String> = series.bars.iter().map(time).collect();
        let row = |time: String, sums: Sums| Row::of(t, time, sums, total);
        let filled = series.bars.iter().zip(&texts).filter(|(bar, _)| bar.sums.orders > 0);
        let mut rows: Vec<Row> =
            filled.rev().map(|(bar, text)| row(text.clone(), bar.sums)).collect();
        let known = dated.iter().fold(Sums::default(), |sum, (_, of_hour)| sum.plus(*of_hour));
        // The total was read a moment later than the hours: if they are all, it is their sum.
        let all = if hours.are_all { known } else { plain(total) };
        let earlier = all.minus(series.sums());
        if earlier != Sums::default() {
            rows.push(row(t.earlier().to_owned(), earlier));
        }
        let (first, last) = (texts.first().cloned(), texts.last().cloned());
        let first = first.unwrap_or_default();
        let last = if is_current { t.now().to_owned() } else { last.unwrap_or_default() };
        let peak = series.bars.iter().zip(&texts).max_by_key(|(bar, _)| bar.sums.sold);
        let peak = peak.map(|(_, text)| text.clone()).unwrap_or_default();
        Some(Self {
            title: match series.step {
                Step::Hour => t.sold_per_hour(),
                Step::Day => t.sold_per_day(),
                Step::Week => t.sold_per_week(),
            },
            summary: t.chart_summary(&first, &last, &t.number(series.peak()), &peak),
            top: t.number(axis),
            middle: t.number(axis / 2),
            bars: drawn(t, &series, &texts, (axis, is_current)),
            total: row(t.total().to_owned(), all),
            first,
            last,
            rows,
        })
    }
}

fn drawn(
    t: Language,
    series: &Series,
    texts: &[String],
    (axis, is_current): (u64, bool),
) -> Vec<DrawnBar> {
    let count = u64::try_from(series.bars.len()).unwrap_or(u64::MAX).max(1);
    let slot = WIDTH / count;
    let last = count - 1;
    let bar = |(at, (bar, text)): (u64, (&Bar, &String))| {
        let height = bar.sums.sold.saturating_mul(HEIGHT) / axis.max(1);
        let height = if bar.sums.sold == 0 { 0 } else { height.clamp(BAR_MIN, HEIGHT) };
        DrawnBar {
            x: slot * at + slot / 8,
            y: HEIGHT - height,
            width: slot - slot / 4,
            height,
            text: format!("{text}: {}", t.number(bar.sums.sold)),
            is_current: is_current && at == last,
        }
    };
    (0..).zip(series.bars.iter().zip(texts)).map(bar).collect()
}

impl Row {
    fn of(t: Language, time: String, sums: Sums, total: &SumsView) -> Self {
        let money = |minor_units| t.money(&Money::new(minor_units, total.currency));
        Self {
            time,
            orders: t.number(sums.orders),
            sold: t.number(sums.sold),
            returned: t.number(sums.returned),
            paid: money(sums.paid),
            refunded: money(sums.refunded),
            disputed: money(sums.disputed),
        }
    }
}

fn time(t: Language, step: Step, start: Timestamp, zone: &str) -> String {
    match step {
        Step::Hour => t.short_time(&start, Some(zone)),
        Step::Day => t.short_date(&start, Some(zone)),
        Step::Week => t.week_of(&t.short_date(&start, Some(zone))),
    }
}

fn plain(sums: &SumsView) -> Sums {
    Sums {
        orders: sums.orders,
        sold: sums.sold,
        returned: sums.returned,
        paid: sums.paid().minor_units,
        refunded: sums.refunded().minor_units,
        disputed: sums.disputed().minor_units,
    }
}
