use super::*;

mod update;

/// Stories of one paragraph each, in English, oldest first.
fn words(stories: &[(&str, &str)]) -> Vec<Words> {
    stories.iter().map(|(headline, body)| Words::of(headline, body, "en")).collect()
}

fn refs(words: &[Words]) -> Vec<&Words> {
    words.iter().collect()
}

fn listed(words: &[Words], story: usize) -> Vec<u32> {
    let stories = refs(words);
    let related = Graph::build(&stories, 5).related(story, |at| stories[at], 5);
    related.iter().map(|related| related.story).collect()
}

const DESK: [(&str, &str); 6] = [
    ("Dockers walk out at Port Ellery", "Cranes stood idle at Port Ellery after dockers walked out over pay."),
    ("Orchard growers fear late frost", "Pear and cherry growers lit smudge pots as frost crept down the valley."),
    ("Ferry line adds winter sailings", "The ferry company will run three sailings a day to the islands."),
    (
        "Dockers reject pay offer",
        "Port Ellery dockers voted against an offer from the harbour board and kept cranes idle.",
    ),
    ("Museum finds lost map", "A clerk at the museum found a sea chart drawn by hand in a drawer of old bills."),
    (
        "Talks open in Port Ellery strike",
        "A mediator met dockers and the harbour board, and cranes may turn again by Friday.",
    ),
];

/// Many stories that share words by chance, from a small generator of pseudo-random numbers.
fn archive(count: usize) -> Vec<Words> {
    let mut state = 7_u64;
    let mut draw = |below: u64| {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut story = || {
        let body: Vec<String> = (0..12).map(|_| format!("w{}x", draw(400) * draw(400) / 400)).collect();
        Words::of("", &body.join(" "), "en")
    };
    (0..count).map(|_| story()).collect()
}

#[test]
fn a_story_finds_its_earlier_coverage() {
    let found = listed(&words(&DESK), 5);
    assert_eq!(found[..2], [3, 0]);
}

#[test]
fn old_coverage_leads_to_new() {
    let found = listed(&words(&DESK), 0);
    assert_eq!(found[..2], [3, 5]);
}

#[test]
fn edges_lead_to_older_stories_only() {
    let words = archive(900);
    let stories = refs(&words);
    let graph = Graph::build(&stories, 5);
    assert_eq!(graph.len(), 900);
    for story in 0..900 {
        assert!(graph.older(story).all(|older| (older as usize) < story));
    }
    assert_eq!(graph.older(899).count(), EDGES);
}

#[test]
fn near_duplicates_are_passed_over() {
    let body = "Dockers at Port Ellery voted on Monday against an offer from the harbour board, and cranes along the northern quay \
                will stay idle until talks resume later in the week.";
    let again = format!("{body} More to follow.");
    let stories = [
        (
            "Ellery dockers go slow",
            "Cranes turned at half speed along the northern quay as dockers pressed the harbour board.",
        ),
        ("Dockers reject offer", body),
        ("Dockers reject offer, cranes idle", &again),
        (
            "Harbour board calls dockers to talks",
            "The harbour board has called dockers to talks over the offer on Friday.",
        ),
    ];
    let words = words(&stories);
    assert!(words[1].is_near_duplicate_of(&words[2]));
    assert!(!words[0].is_near_duplicate_of(&words[1]));
    // The second says what the third says: neither shows the other, and a third story shows only one of them.
    assert!(!listed(&words, 2).contains(&1));
    assert!(!listed(&words, 1).contains(&2));
    assert_eq!(listed(&words, 3).iter().filter(|&&story| story == 1 || story == 2).count(), 1);
}

#[test]
fn a_text_sent_every_day_does_not_hide_the_rest() {
    let daily = "The harbour office gives the tides for the northern quay, the southern quay and the ferry steps at Port Ellery.";
    let mut stories = vec![("Harbour office under water", "A spring tide flooded the harbour office at Port Ellery.")];
    stories.extend([("Tides", daily); 60]);
    assert_eq!(listed(&words(&stories), 60), [0]);
}

#[test]
fn an_alert_sent_twice_is_shown_once() {
    let alert = ("Ferry aground off Port Ellery", "");
    let words = words(&[alert, alert, ("Ferry refloated", "Tugs pulled the ferry free off Port Ellery.")]);
    assert_eq!(listed(&words, 1), [2]);
    assert_eq!(listed(&words, 2), [1]);
}

#[test]
fn of_equals_the_newer_comes_first() {
    // The same four words in other orders: equal likeness, no run of four in common.
    let stories = [
        ("", "alder birch cedar maple"),
        ("", "maple cedar birch alder"),
        ("", "birch alder maple cedar"),
        ("", "cedar maple alder birch"),
    ];
    assert_eq!(listed(&words(&stories), 3), [2, 1, 0]);
    let words = words(&stories);
    let stories = refs(&words);
    let best = Graph::build(&stories, 5).related(3, |at| stories[at], 1);
    assert_eq!(best[0].story, 2);
}

#[test]
fn threads_do_not_show() {
    let words = archive(2500);
    let stories = refs(&words);
    let build = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("threads can be started");
        pool.install(|| Graph::build(&stories, 5))
    };
    assert_eq!(build(1), build(8));
}

#[test]
fn a_newest_story_changes_no_other_edges() {
    // Places and counts pass powers of two on the way, 512 and 1,024 among them.
    let words = archive(1030);
    let stories = refs(&words);
    let whole = Graph::build(&stories, 5);
    for count in [1, 2, 3, 255, 257, 511, 512, 513, 900, 1023, 1024, 1025] {
        let part = Graph::build(&stories[..count], 5);
        assert_eq!(part.older, whole.older[..count * EDGES]);
        assert_eq!(part.scores, whole.scores[..count * EDGES]);
    }
}

#[test]
fn a_newest_story_changes_only_the_lists_its_edges_lead_to() {
    let words = archive(700);
    let stories = refs(&words);
    let (before, after) = (Graph::build(&stories[..699], 5), Graph::build(&stories, 5));
    let touched: Vec<u32> = after.older(699).collect();
    for story in (0..699).filter(|&story| !touched.contains(&(story as u32))) {
        let list = |graph: &Graph| graph.related(story, |at| stories[at], 5);
        assert_eq!(list(&before), list(&after));
    }
}

/// The third thing the module says of edges: which ones a story in the past has a part in.
#[test]
fn a_story_taken_from_the_past_changes_no_more_edges_than_said() {
    let words = archive(1800);
    let stories = refs(&words);
    let whole = Graph::build(&stories, 5);
    let power = |number: usize| number.next_power_of_two();
    let mut changed = 0;
    for gone in [3, 200, 400, 1000] {
        let mut others = stories.clone();
        others.remove(gone);
        let part = Graph::build(&others, 5);
        let mut noticed = vec![false; stories.len()];
        for &term in stories[gone].terms() {
            let held = |&story: &usize| stories[story].terms().contains(&term);
            let before = (0..gone).filter(held).count();
            for (later, story) in (gone + 1..stories.len()).filter(held).enumerate() {
                let passes = power(before + later + 1) != power(before + later);
                noticed[story] |= later < 500 || passes;
            }
        }
        for (story, noticed) in noticed.into_iter().enumerate().skip(gone + 1) {
            let noticed = noticed || power((story + 1).max(256)) != power(story.max(256));
            let renumbered = part.older(story - 1).map(|older| older + u32::from(older as usize >= gone));
            let same = renumbered.eq(whole.older(story));
            changed += usize::from(!same);
            assert!(same || noticed, "{story} changed without {gone}");
        }
    }
    assert!(changed > 0);
}

#[test]
fn stories_of_few_or_no_words() {
    assert!(Graph::build(&[], 5).is_empty());
    let words = words(&[("", ""), ("Flood", ""), ("Flood upriver", ""), ("", "the and of")]);
    let stories = refs(&words);
    let graph = Graph::build(&stories, 5);
    let list = |story: usize| graph.related(story, |at| stories[at], 5);
    assert_eq!(list(0), []);
    assert_eq!(list(3), []);
    assert_eq!(list(2)[0].story, 1);
    assert_eq!(graph.related(2, |at| stories[at], 0), []);
    assert!(words[0].terms().is_empty() && words[3].terms().is_empty());
}

#[test]
fn spanish_and_arabic_stories() {
    let spanish = [
        ("Huelga en el puerto de Almenar", "Los estibadores pararon las grúas del puerto."),
        ("Cosecha de cerezas", "Los agricultores temen una helada tardía en el valle."),
        ("Estibadores votan", "La negociación sobre la huelga en Almenar sigue, dijeron los estibadores."),
    ]
    .map(|(headline, body)| Words::of(headline, body, "es"));
    assert_eq!(listed(&spanish, 2), [0]);
    let arabic = [
        ("إضراب في الميناء", "توقفت الرافعات بعد إضراب عمال الميناء."),
        ("موسم الكرز", "يخشى المزارعون من الصقيع في الوادي."),
        ("محادثات الاضراب", "التقى عمال ميناء المدينة بالوسيط."),
    ]
    .map(|(headline, body)| Words::of(headline, body, "ar"));
    assert_eq!(listed(&arabic, 2), [0]);
}
