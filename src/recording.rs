//! Audio and video: what they are by the endings of their names, and what the heads of their files say of length and size.
//!
//! Nothing is decoded. Of a file no more is read than the boxes that lead to its length, and no more of them than [`PARTS`].

use std::io::{self, Read, Seek, SeekFrom};

/// The most boxes or elements of one file that are looked at.
const PARTS: usize = 10_000;
/// How far the first frame of an MP3 may lie behind its tags, in bytes.
const SEARCH: usize = 64 << 10;

/// Whether it is heard or watched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Heard.
    Audio,
    /// Watched.
    Video,
}

impl Kind {
    /// As associations and templates name it.
    pub fn as_str(self) -> &'static str {
        match self {
            Kind::Audio => "audio",
            Kind::Video => "video",
        }
    }
}

/// What a file says of itself; 0 where it does not say it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    /// How long it is.
    pub milliseconds: u32,
    /// Size of the video in pixels, as it is seen.
    pub width: u32,
    /// See `width`.
    pub height: u32,
}

/// Endings of what browsers play, each with its media type.
const PLAYED: [(&str, &str); 11] = [
    ("aac", "audio/aac"),
    ("flac", "audio/flac"),
    ("m4a", "audio/mp4"),
    ("m4v", "video/mp4"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("oga", "audio/ogg"),
    ("ogg", "audio/ogg"),
    ("opus", "audio/ogg"),
    ("wav", "audio/wav"),
    ("webm", "video/webm"),
];

/// Endings of what readers of feeds play besides.
const IN_FEEDS: [(&str, &str); 3] =
    [("m3u8", "application/vnd.apple.mpegurl"), ("mov", "video/quicktime"), ("ogv", "video/ogg")];

/// The ending of the file that an address names, in lower case.
fn ending(address: &str) -> Option<String> {
    let path = address.split(['?', '#']).next().unwrap_or(address);
    let name = path.split_once("://").map_or(path, |(_, rest)| rest.split_once('/').map_or("", |(_, path)| path));
    let (_, ending) = name.rsplit('/').next()?.rsplit_once('.')?;
    Some(ending.to_ascii_lowercase())
}

fn listed(list: &[(&str, &'static str)], ending: &str) -> Option<&'static str> {
    list.iter().find(|(known, _)| *known == ending).map(|(_, kind)| *kind)
}

/// The media type of audio or video, by the ending of its address; `None` where that is not known.
pub fn content_type(address: &str) -> Option<&'static str> {
    let ending = ending(address)?;
    listed(&PLAYED, &ending).or_else(|| listed(&IN_FEEDS, &ending))
}

/// Whether an address names audio or video that browsers play.
pub fn kind(address: &str) -> Option<Kind> {
    let content_type = listed(&PLAYED, &ending(address)?)?;
    Some(if content_type.starts_with("audio") { Kind::Audio } else { Kind::Video })
}

/// What a file says of itself; why it cannot be played, where its head is not that of its form. Forms that are not looked into say nothing.
pub fn facts<R: Read + Seek>(name: &str, file: &mut R) -> Result<Facts, String> {
    let found = match ending(name).as_deref() {
        Some("mp4" | "m4v" | "m4a") => mp4(file),
        Some("webm") => webm(file),
        Some("mp3") => mp3(file),
        _ => return Ok(Facts::default()),
    };
    match found {
        Ok(facts) => facts.ok_or_else(|| "its head is not that of such a file".to_string()),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Err("the file ends in the middle".to_string()),
        Err(error) => Err(error.to_string()),
    }
}

fn bytes<const N: usize>(file: &mut impl Read) -> io::Result<[u8; N]> {
    let mut bytes = [0; N];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

fn number(bytes: &[u8]) -> u64 {
    bytes.iter().take(8).fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn milliseconds(count: u64, per_second: u64) -> u32 {
    let milliseconds = u128::from(count) * 1000 / u128::from(per_second.max(1));
    u32::try_from(milliseconds).unwrap_or(u32::MAX)
}

/// MPEG-4: boxes in boxes, each with its length and four letters.
fn mp4<R: Read + Seek>(file: &mut R) -> io::Result<Option<Facts>> {
    let end = file.seek(SeekFrom::End(0))?;
    let mut facts = Facts::default();
    let mut is_movie = false;
    // Where boxes that are looked into end, the innermost last.
    let mut at = 0;
    for _ in 0..PARTS {
        if at + 8 > end {
            break;
        }
        file.seek(SeekFrom::Start(at))?;
        let head: [u8; 8] = bytes(file)?;
        let (mut length, mut start) = (number(&head[..4]), at + 8);
        match length {
            0 => length = end - at,
            1 => {
                length = number(&bytes::<8>(file)?);
                start += 8;
            }
            _ => {}
        }
        if length < start - at || at == 0 && &head[4..] != b"ftyp" {
            return Ok(None);
        }
        match &head[4..] {
            b"moov" => {
                is_movie = true;
                at = start;
                continue;
            }
            b"trak" => {
                at = start;
                continue;
            }
            b"mvhd" => facts.milliseconds = movie_length(file)?,
            b"tkhd" => {
                let (width, height) = track_size(file)?;
                if u64::from(width) * u64::from(height) > u64::from(facts.width) * u64::from(facts.height) {
                    (facts.width, facts.height) = (width, height);
                }
            }
            _ => {}
        }
        at = at.saturating_add(length);
    }
    Ok(is_movie.then_some(facts))
}

fn movie_length(file: &mut impl Read) -> io::Result<u32> {
    let [version, ..] = bytes::<4>(file)?;
    let (scale, length) = if version == 1 {
        let rest: [u8; 28] = bytes(file)?;
        (number(&rest[16..20]), number(&rest[20..]))
    } else {
        let rest: [u8; 16] = bytes(file)?;
        (number(&rest[8..12]), number(&rest[12..]))
    };
    // All bits set: it is not known.
    let is_known = length != u64::from(u32::MAX) && length != u64::MAX;
    Ok(if is_known { milliseconds(length, scale) } else { 0 })
}

/// The size of a track, turned as its matrix says.
fn track_size<R: Read + Seek>(file: &mut R) -> io::Result<(u32, u32)> {
    let [version, ..] = bytes::<4>(file)?;
    file.seek(SeekFrom::Current(if version == 1 { 48 } else { 36 }))?;
    let matrix: [u8; 36] = bytes(file)?;
    let size: [u8; 8] = bytes(file)?;
    // Fractions of 16 bits.
    let (width, height) = (number(&size[..2]) as u32, number(&size[4..6]) as u32);
    let is_turned = number(&matrix[..4]) == 0 && number(&matrix[16..20]) == 0 && number(&matrix[4..8]) != 0;
    Ok(if is_turned { (height, width) } else { (width, height) })
}

/// A number of EBML: its first byte says how many bytes it has. `keep` says whether the bit that says so belongs to it.
fn variable(file: &mut impl Read, keep: bool) -> io::Result<(u64, u32)> {
    let [first] = bytes::<1>(file)?;
    let length = first.leading_zeros() + 1;
    if length > 8 {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "a length in it cannot be read"));
    }
    let mut value = if keep { u64::from(first) } else { u64::from(first) & ((1_u64 << (8 - length)) - 1) };
    for _ in 1..length {
        value = value << 8 | u64::from(bytes::<1>(file)?[0]);
    }
    Ok((value, length))
}

/// WebM: elements of EBML.
fn webm<R: Read + Seek>(file: &mut R) -> io::Result<Option<Facts>> {
    let end = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    let mut facts = Facts::default();
    let (mut scale, mut length) = (1_000_000_u64, 0_f64);
    let mut has_segment = false;
    for part in 0..PARTS {
        let at = file.stream_position()?;
        if at >= end {
            break;
        }
        let (id, _) = variable(file, true)?;
        let (size, bits) = variable(file, false)?;
        if part == 0 && id != 0x1a45_dfa3 {
            return Ok(None);
        }
        let is_open = size == (1_u64 << (7 * bits)) - 1;
        match id {
            // Segment, information, tracks, a track, its video.
            0x1853_8067 | 0x1549_a966 | 0x1654_ae6b | 0xae | 0xe0 => {
                has_segment |= id == 0x1853_8067;
                continue;
            }
            // What is seen and heard: all that is looked for stands before it.
            0x1f43_b675 => break,
            _ if is_open => return Ok(None),
            0x2a_d7b1 | 0xb0 | 0xba | 0x4489 if size <= 8 => {
                let mut value = [0; 8];
                file.read_exact(&mut value[..size as usize])?;
                let value = &value[..size as usize];
                match id {
                    0x2a_d7b1 => scale = number(value),
                    0xb0 => facts.width = number(value) as u32,
                    0xba => facts.height = number(value) as u32,
                    _ if size == 4 => length = f64::from(f32::from_bits(number(value) as u32)),
                    _ => length = f64::from_bits(number(value)),
                }
            }
            _ => {
                let next = file.stream_position()?.saturating_add(size).min(end);
                file.seek(SeekFrom::Start(next))?;
            }
        }
    }
    let milliseconds = length * scale as f64 / 1e6;
    if milliseconds.is_finite() && milliseconds > 0.0 {
        // Casts from floating point keep to the range.
        facts.milliseconds = milliseconds as u32;
    }
    Ok(has_segment.then_some(facts))
}

/// Kilobits a second of layer III, for MPEG 1, and for 2 and 2.5.
const BITRATES: [[u32; 15]; 2] = [
    [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
];

/// MP3: the length stands in a frame of its own, or follows from the rate.
fn mp3<R: Read + Seek>(file: &mut R) -> io::Result<Option<Facts>> {
    let end = file.seek(SeekFrom::End(0))?;
    file.seek(SeekFrom::Start(0))?;
    let head: [u8; 10] = bytes(file)?;
    let tags = match head.starts_with(b"ID3") {
        true => 10 + head[6..].iter().fold(0, |length, byte| length << 7 | u64::from(byte & 0x7f)),
        false => 0,
    };
    file.seek(SeekFrom::Start(tags))?;
    let mut frames = Vec::new();
    file.by_ref().take(SEARCH as u64).read_to_end(&mut frames)?;
    let is_frame = |at: &usize| {
        let frame = &frames[*at..];
        frame.len() >= 4
            && frame[0] == 0xff
            && frame[1] & 0xe6 == 0xe2
            && frame[1] & 0x18 != 0x08
            && frame[2] >> 4 < 15
            && frame[2] >> 2 & 3 < 3
    };
    let Some(at) = (0..frames.len()).find(is_frame) else { return Ok(None) };
    let frame = &frames[at..];
    let is_first = frame[1] & 0x18 == 0x18;
    let halves = match frame[1] & 0x18 {
        0x18 => 1,
        0x10 => 2,
        _ => 4,
    };
    let rate = [44_100, 48_000, 32_000][usize::from(frame[2] >> 2 & 3)] / halves;
    let samples = if is_first { 1152 } else { 576 };
    let side = match (is_first, frame[3] >> 6 == 3) {
        (true, false) => 32,
        (true, true) | (false, false) => 17,
        (false, true) => 9,
    };
    let said = |offset: usize, name: &[u8], count: usize| {
        let found = frame.get(offset..)?.strip_prefix(name)?;
        Some(number(found.get(count..count + 4)?))
    };
    let xing = said(4 + side, b"Xing", 4).or_else(|| said(4 + side, b"Info", 4));
    let has_count = frame.get(4 + side + 7).is_some_and(|flags| flags & 1 == 1);
    let count = xing.filter(|_| has_count).or_else(|| said(36, b"VBRI", 10));
    let bits = BITRATES[usize::from(!is_first)][usize::from(frame[2] >> 4)] * 1000;
    let milliseconds = match count {
        Some(count) => milliseconds(count * samples, rate),
        None if bits > 0 => milliseconds((end - tags.min(end)) * 8, u64::from(bits)),
        None => 0,
    };
    Ok(Some(Facts { milliseconds, ..Facts::default() }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Cursor;

    fn piece(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
        [&(content.len() as u32 + 8).to_be_bytes()[..], name, content].concat()
    }

    fn movie(turned: bool) -> Vec<u8> {
        let length = [&[0; 12][..], &600_u32.to_be_bytes(), &75_300_u32.to_be_bytes(), &[0; 80]].concat();
        let one = 0x1_0000_u32.to_be_bytes();
        let mut matrix = [[0; 4]; 9];
        matrix[if turned { 1 } else { 0 }] = one;
        matrix[if turned { 3 } else { 4 }] = one;
        let size = [&(640_u32 << 16).to_be_bytes()[..], &(360_u32 << 16).to_be_bytes()].concat();
        let track = piece(b"trak", &piece(b"tkhd", &[&[0; 40][..], &matrix.concat(), &size].concat()));
        [piece(b"ftyp", b"isom"), piece(b"mdat", &[1; 100]), piece(b"moov", &[piece(b"mvhd", &length), track].concat())]
            .concat()
    }

    fn said(name: &str, bytes: &[u8]) -> Result<(u32, u32, u32), String> {
        facts(name, &mut Cursor::new(bytes)).map(|facts| (facts.milliseconds, facts.width, facts.height))
    }

    #[test]
    fn endings_say_what_it_is() {
        for (url, kind) in [
            ("https://e.org/a/talk.MP3", Some("audio/mpeg")),
            ("https://e.org/clip.webm?token=a.mp3#t=1", Some("video/webm")),
            ("https://e.org/watch?v=clip.mp4", None),
            ("https://video.mp4/", None),
            ("https://video.mp4", None),
            ("https://e.org/shot.jpg", None),
            ("../a/live.m3u8", Some("application/vnd.apple.mpegurl")),
        ] {
            assert_eq!(content_type(url), kind, "{url}");
        }
        assert_eq!(kind("a/b.M4A"), Some(Kind::Audio));
        assert_eq!(kind("storm.mp4#t=2"), Some(Kind::Video));
        assert_eq!(kind("clip.mov"), None);
    }

    #[test]
    fn length_and_size_are_read() {
        assert_eq!(said("a.mp4", &movie(false)), Ok((125_500, 640, 360)));
        assert_eq!(said("a.m4v", &movie(true)), Ok((125_500, 360, 640)));
        let element = |id: &[u8], content: &[u8]| [id, &[0x80 | content.len() as u8], content].concat();
        let info = element(b"\x15\x49\xa9\x66", &element(b"\x44\x89", &12_345_f64.to_be_bytes()));
        let video = element(&[0xe0], &[element(&[0xb0], &[1, 64]), element(&[0xba], &[180])].concat());
        let tracks = element(b"\x16\x54\xae\x6b", &element(&[0xae], &video));
        let inner = [info, tracks, b"\x1f\x43\xb6\x75\x81\0".to_vec()].concat();
        let file = [element(b"\x1a\x45\xdf\xa3", b""), element(b"\x18\x53\x80\x67", &inner)].concat();
        assert_eq!(said("a.webm", &file), Ok((12_345, 320, 180)));
        // 128 kbit/s, 44.1 kHz: 16 000 bytes a second.
        let frames = [&b"ID3\x03\0\0\0\0\0\x02..\xff\xfb\x90\0"[..], &[0; 31_996]].concat();
        assert_eq!(said("a.mp3", &frames), Ok((2_000, 0, 0)));
        let mut xing = frames.clone();
        xing[12 + 36..12 + 48].copy_from_slice(b"Xing\0\0\0\x01\0\0\x04\0");
        assert_eq!(said("a.mp3", &xing), Ok((26_749, 0, 0)));
    }

    #[test]
    fn what_is_no_recording_is_said() {
        for name in ["a.mp4", "a.webm", "a.mp3"] {
            for bytes in [&b""[..], b"A text that somebody named so.", &[0; 300], b"\0\0\0\x01ftyp"] {
                assert!(said(name, bytes).is_err(), "{name} {bytes:?}");
            }
        }
        for end in 0..movie(false).len() {
            let _ = said("a.mp4", &movie(false)[..end]);
        }
        assert_eq!(said("a.ogg", b""), Ok((0, 0, 0)));
    }
}
