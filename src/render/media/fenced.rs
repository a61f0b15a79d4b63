//! Fenced blocks of a text, as their templates get them.

use super::{Home, Renderer, credit};
use crate::clock::Day;
use crate::parse::front_matter::Association;
use crate::parse::markdown::{Chart, Fenced, Gallery, Map, Picture, Row, Target, Timeline, When};
use crate::path::RelPath;
use crate::render::views::{
    ChartView, EntryView, FactsView, GalleryPictureView, GalleryView, MapView, PictureView, QuoteView, TimelineView,
};
use crate::render::xml::escaped;
use crate::render::{chart, dates, links};
use tera::{Context, Value};

impl Renderer<'_> {
    /// The kind of a block. Its template gets `values`; `None` where the block has nothing to show.
    pub(super) fn fenced(
        &self,
        home: Home,
        number: usize,
        block: &Fenced,
        values: &mut Context,
    ) -> Option<&'static str> {
        match block {
            Fenced::Gallery(gallery) => {
                let view = self.gallery(home, number, gallery);
                values.insert("gallery", &view);
                (!view.pictures.is_empty()).then_some("gallery")
            }
            Fenced::Facts(facts) => {
                let items = facts.items.iter().map(|item| Value::safe_string(item)).collect();
                values.insert("facts", &FactsView { number, title: facts.title.clone(), items });
                Some("facts")
            }
            Fenced::Quote(quote) => {
                values.insert("quote", &QuoteView { text: Value::safe_string(&quote.text), by: quote.by.clone() });
                Some("quote")
            }
            Fenced::Timeline(timeline) => {
                values.insert("timeline", &timeline_view(home, number, timeline));
                Some("timeline")
            }
            Fenced::Map(map) => {
                let url = self.map_url(home, map);
                let host = url.split("//").nth(1).and_then(|rest| rest.split('/').next()).unwrap_or_default();
                let host = host.trim_start_matches("www.").to_string();
                let GalleryPictureView { picture, caption } = self.gallery_picture(home, &map.picture)?;
                values.insert("map", &MapView { number, title: map.title.clone(), picture, caption, url, host });
                Some("map")
            }
            Fenced::Chart(chart) => {
                values.insert("chart", &chart_view(number, chart));
                Some("chart")
            }
        }
    }

    /// Where a map leads; empty where that is a page of this site which is not public.
    fn map_url(&self, home: Home, map: &Map) -> String {
        match self.target(home.source, links::reference(&map.target, false)).0 {
            Target::To(url) => url,
            Target::Drop => String::new(),
        }
    }

    /// The captions of pictures that a gallery cannot show: the text stays.
    pub(super) fn lost_captions(&self, home: Home, block: &Fenced) -> String {
        let gallery = match block {
            Fenced::Gallery(gallery) => gallery,
            Fenced::Map(map) => &Gallery { title: String::new(), pictures: vec![map.picture.clone()] },
            _ => return String::new(),
        };
        let is_lost = |picture: &&Picture| !picture.caption.is_empty() && self.gallery_picture(home, picture).is_none();
        gallery.pictures.iter().filter(is_lost).map(|picture| format!("<p>{}</p>\n", picture.caption)).collect()
    }

    fn gallery(&self, home: Home, number: usize, gallery: &Gallery) -> GalleryView {
        let pictures = gallery.pictures.iter().filter_map(|picture| self.gallery_picture(home, picture)).collect();
        GalleryView { number, title: gallery.title.clone(), pictures }
    }

    /// A picture of a gallery; `None` where its file is not published. What the text does not say comes from the front matter or from
    /// the picture itself.
    fn gallery_picture(&self, home: Home, picture: &Picture) -> Option<GalleryPictureView> {
        let file = self.file_of_text(home.source, &picture.target)?;
        let view = self.picture_view(&file)?;
        let association = self.named(home, &file).cloned().unwrap_or_default();
        let texts = self.texts(Some(&file), &association);
        let or = |own: &str, other: &str| if own.is_empty() { other.to_string() } else { own.to_string() };
        let (by, owner) = (texts.by.to_string(), texts.credit.to_string());
        let named = credit(&Association { by: Some(by), credit: Some(owner), ..Association::default() });
        let caption = or(&picture.caption, &escaped(texts.caption));
        let picture = PictureView {
            alt: or(&picture.alt, texts.alt),
            caption: or(&picture.words, texts.caption),
            credit: or(&picture.credit, &named),
            copyright: texts.copyright_notice.to_string(),
            ..view
        };
        Some(GalleryPictureView { picture, caption: Value::safe_string(&caption) })
    }

    /// What the front matter says of a file.
    pub(super) fn named<'h>(&self, home: Home<'h>, file: &RelPath) -> Option<&'h Association> {
        home.associations.iter().find(|one| self.file_of(home.source, one).as_ref() == Some(file))
    }
}

fn chart_view(number: usize, chart: &Chart) -> ChartView {
    let cells = |row: &Row| std::iter::once(&row.label).chain(&row.cells).cloned().collect();
    ChartView {
        number,
        title: chart.title.clone(),
        series: chart.head[1..].to_vec(),
        svg: Value::safe_string(&chart::svg(chart)),
        head: chart.head.clone(),
        rows: chart.rows.iter().map(cells).collect(),
        source: Value::safe_string(&chart.source),
    }
}

fn timeline_view(home: Home, number: usize, timeline: &Timeline) -> TimelineView {
    let entries = timeline.entries.iter().map(|entry| {
        let When { year, month, day, time } = entry.when;
        let date = match day {
            0 => dates::month(home.language, year, month),
            _ => dates::long(home.language, Day { year, month, day }),
        };
        let time = time.map(|(hour, minute)| format!("{hour:02}:{minute:02}")).unwrap_or_default();
        EntryView { iso: iso(entry.when), date, time, text: Value::safe_string(&entry.text) }
    });
    TimelineView { number, title: timeline.title.clone(), entries: entries.collect() }
}

/// As HTML has it in `datetime`.
fn iso(when: When) -> String {
    let When { year, month, day, time } = when;
    let date = match (month, day) {
        (0, _) => format!("{year:04}"),
        (_, 0) => format!("{year:04}-{month:02}"),
        _ => format!("{year:04}-{month:02}-{day:02}"),
    };
    time.map_or_else(|| date.clone(), |(hour, minute)| format!("{date}T{hour:02}:{minute:02}"))
}
