//! Makes renditions: decodes, makes smaller, turns, brings colours to sRGB, and encodes. Nothing of the file's metadata gets into them.
//!
//! Decoders work on what strangers made. They get a limit of memory; all threads together hold pictures of so many
//! bytes and no more; and a panic is a flaw of that picture.

use super::{Cut, Facts, Flaw, Format, PIXELS_LIMIT, exif, header};
use fast_image_resize::images::{Image, ImageRef};
use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer};
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType as PngFilter, PngEncoder};
use image::metadata::Orientation;
use image::{
    DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader, RgbImage, RgbaImage,
};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Condvar, Mutex, PoisonError};

/// Bytes that decoded pictures may take together. One that takes more waits until it is alone.
const MEMORY: u64 = 1 << 30;
/// How much one picture may take at all.
const MEMORY_OF_ONE: u64 = 3 << 29;

/// The bytes held by pictures that are being worked on, in all threads.
static HELD: Mutex<u64> = Mutex::new(0);
static GIVEN_BACK: Condvar = Condvar::new();

/// A part of the memory for pictures, given back when dropped.
struct Share(u64);

impl Share {
    fn take(bytes: u64) -> Share {
        let mut held = HELD.lock().unwrap_or_else(PoisonError::into_inner);
        while *held > 0 && *held + bytes > MEMORY {
            held = GIVEN_BACK.wait(held).unwrap_or_else(PoisonError::into_inner);
        }
        *held += bytes;
        Share(bytes)
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        *HELD.lock().unwrap_or_else(PoisonError::into_inner) -= self.0;
        GIVEN_BACK.notify_all();
    }
}

/// A picture, decoded.
pub struct Original {
    /// Red, green, blue and alpha, eight bits each: the one layout that the resizing library is compiled for.
    pixels: Vec<u8>,
    width: u32,
    height: u32,
    has_alpha: bool,
    orientation: u8,
    profile: Option<ColorProfile>,
    /// Whether it may be a drawing, whose edges and flat areas a lossy encoder would damage.
    is_png: bool,
    _share: Share,
}

/// Decodes a picture.
pub fn open(bytes: &[u8], facts: &Facts) -> Result<Original, Flaw> {
    guarded(|| decode(bytes, facts.format))
}

pub(super) fn guarded<T>(work: impl FnOnce() -> Result<T, Flaw>) -> Result<T, Flaw> {
    // Nothing that the work touches outlives it.
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Flaw::Broken("it breaks its decoder".to_string())))
}

pub(super) fn broken(error: impl std::fmt::Display) -> Flaw {
    // Some errors have several lines.
    Flaw::Broken(error.to_string().split_whitespace().collect::<Vec<_>>().join(" "))
}

fn decode(bytes: &[u8], format: Format) -> Result<Original, Flaw> {
    let form = match format {
        Format::Jpeg => ImageFormat::Jpeg,
        Format::Png => ImageFormat::Png,
        Format::WebP => ImageFormat::WebP,
        Format::Other => return Err(Flaw::Broken("it is of no form that is made smaller".to_string())),
    };
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), form).into_decoder().map_err(broken)?;
    let (width, height) = decoder.dimensions();
    let count = u64::from(width) * u64::from(height);
    if count > PIXELS_LIMIT {
        return Err(Flaw::Pixels(u64::from(width), u64::from(height)));
    }
    // What is needed besides the decoded pixels: coefficients of a progressive JPEG, planes of a WebP, a copy with four channels.
    let more = match format {
        Format::Jpeg if is_progressive(bytes) => 6,
        _ => 4,
    };
    let need = decoder.total_bytes() + count * more;
    if need > MEMORY_OF_ONE {
        return Err(Flaw::Pixels(u64::from(width), u64::from(height)));
    }
    let share = Share::take(need);
    let mut limits = image::Limits::default();
    limits.max_alloc = Some(MEMORY_OF_ONE);
    decoder.set_limits(limits).map_err(broken)?;
    let profile = decoder.icc_profile().ok().flatten().and_then(|profile| foreign(&profile));
    let image = DynamicImage::from_decoder(decoder).map_err(broken)?;
    let has_alpha = image.color().has_alpha();
    let pixels = image.into_rgba8().into_raw();
    let exif = header::blocks(bytes).ok().and_then(|blocks| blocks.exif);
    let orientation = exif.map_or(1, exif::orientation);
    let is_png = format == Format::Png;
    Ok(Original { pixels, width, height, has_alpha, orientation, profile, is_png, _share: share })
}

/// Whether a JPEG comes in several scans, by its frame header.
fn is_progressive(bytes: &[u8]) -> bool {
    header::segments(bytes).0.iter().any(|(marker, _)| matches!(marker, 0xc2 | 0xc6 | 0xca | 0xce))
}

/// A colour profile from which pixels have to be converted: one of red, green and blue that is not sRGB.
fn foreign(profile: &[u8]) -> Option<ColorProfile> {
    let has = |name: &[u8]| memchr::memmem::find(profile, name).is_some();
    if has(b"sRGB") || has(b"s\0R\0G\0B") {
        return None;
    }
    ColorProfile::new_from_slice(profile).ok().filter(|profile| profile.color_space == DataColorSpace::Rgb)
}

/// Pixels on the way to an encoder: three channels, or four where the picture has alpha.
struct Small {
    pixels: Vec<u8>,
    width: u32,
    height: u32,
}

impl Original {
    /// The bytes of a rendition.
    pub fn rendition(&self, cut: &Cut) -> Result<Vec<u8>, Flaw> {
        guarded(|| {
            let small = self.colours(self.turned(self.scaled(cut)?)?)?;
            if cut.social {
                jpeg(&small.cropped(cut, self.channels()), self.has_alpha, cut.quality)
            } else {
                self.webp(&small, cut.quality)
            }
        })
    }

    /// An icon of that width and height as PNG; an opaque one stands on white.
    pub fn icon(&self, size: u32, opaque: bool) -> Result<Vec<u8>, Flaw> {
        guarded(|| {
            let cut = Cut { width: size, height: size, ..Cut::default() };
            let small = self.colours(self.turned(self.scaled(&cut)?)?)?;
            if opaque && self.has_alpha { png(&small.on_white(), false) } else { png(&small, self.has_alpha) }
        })
    }

    /// `favicon.ico`: a directory of one icon, which is a PNG.
    pub fn favicon(&self) -> Result<Vec<u8>, Flaw> {
        const SIZE: u8 = 32;
        /// Bytes of the header and the one entry.
        const BEFORE: u32 = 22;
        let png = self.icon(u32::from(SIZE), false)?;
        let length = u32::try_from(png.len()).map_err(broken)?;
        // Reserved, kind (icon), number of entries; then size, no palette, planes and bits of a pixel.
        let mut bytes = vec![0, 0, 1, 0, 1, 0, SIZE, SIZE, 0, 0, 1, 0, 32, 0];
        bytes.extend(length.to_le_bytes());
        bytes.extend(BEFORE.to_le_bytes());
        bytes.extend(png);
        Ok(bytes)
    }

    fn channels(&self) -> usize {
        if self.has_alpha { 4 } else { 3 }
    }

    /// The picture in the size of a cut before it is turned; larger than that where a part of it will be cut away.
    fn scaled(&self, cut: &Cut) -> Result<Small, Flaw> {
        let is_across = self.orientation > 4;
        let turn = |(a, b)| if is_across { (b, a) } else { (a, b) };
        let (mut width, mut height) = turn((cut.width, cut.height));
        if cut.social {
            let cover = |n: u32, other: u32, of: u32| (u64::from(n) * u64::from(other)).div_ceil(u64::from(of)) as u32;
            // One side fits, the other sticks out.
            if u64::from(self.width) * u64::from(height) > u64::from(self.height) * u64::from(width) {
                width = cover(self.width, height, self.height).max(width);
            } else {
                height = cover(self.height, width, self.width).max(height);
            }
        }
        let source = ImageRef::new(self.width, self.height, &self.pixels, PixelType::U8x4).map_err(broken)?;
        let mut small = Image::new(width, height, PixelType::U8x4);
        let filter = ResizeAlg::Convolution(FilterType::Lanczos3);
        let options = ResizeOptions::new().resize_alg(filter).use_alpha(self.has_alpha);
        Resizer::new().resize(&source, &mut small, &options).map_err(broken)?;
        let mut pixels = small.into_vec();
        if !self.has_alpha {
            pixels = pixels.chunks_exact(4).flat_map(|pixel| &pixel[..3]).copied().collect();
        }
        Ok(Small { pixels, width, height })
    }

    /// Turns a picture as its Exif data says.
    fn turned(&self, small: Small) -> Result<Small, Flaw> {
        let Some(orientation) = Orientation::from_exif(self.orientation).filter(|_| self.orientation > 1) else {
            return Ok(small);
        };
        let Small { pixels, width, height } = small;
        let image = match self.has_alpha {
            true => RgbaImage::from_raw(width, height, pixels).map(DynamicImage::from),
            false => RgbImage::from_raw(width, height, pixels).map(DynamicImage::from),
        };
        let mut image = image.ok_or_else(|| broken("it has too few pixels"))?;
        image.apply_orientation(orientation);
        let (width, height) = (image.width(), image.height());
        Ok(Small { pixels: image.into_bytes(), width, height })
    }

    /// Brings the colours to sRGB. A profile that cannot be used says nothing.
    fn colours(&self, small: Small) -> Result<Small, Flaw> {
        let Some(profile) = &self.profile else { return Ok(small) };
        let layout = if self.has_alpha { Layout::Rgba } else { Layout::Rgb };
        let srgb = ColorProfile::new_srgb();
        let Ok(transform) = profile.create_transform_8bit(layout, &srgb, layout, TransformOptions::default()) else {
            return Ok(small);
        };
        let mut pixels = vec![0; small.pixels.len()];
        transform.transform(&small.pixels, &mut pixels).map_err(broken)?;
        Ok(Small { pixels, ..small })
    }

    fn webp(&self, small: &Small, quality: u8) -> Result<Vec<u8>, Flaw> {
        let lossy = self.webp_by(small, f32::from(quality), false)?;
        if !self.is_png {
            return Ok(lossy);
        }
        // Drawings and tables are smaller and sharper without loss.
        let lossless = self.webp_by(small, 20.0, true)?;
        Ok(if lossless.len() <= lossy.len() { lossless } else { lossy })
    }

    fn webp_by(&self, small: &Small, quality: f32, lossless: bool) -> Result<Vec<u8>, Flaw> {
        let Small { pixels, width, height } = small;
        let encoder = match self.has_alpha {
            true => webp::Encoder::from_rgba(pixels, *width, *height),
            false => webp::Encoder::from_rgb(pixels, *width, *height),
        };
        let mut settings = webp::WebPConfig::new().map_err(|()| broken("the encoder does not start"))?;
        settings.quality = quality;
        settings.lossless = i32::from(lossless);
        settings.method = if lossless { 2 } else { 4 };
        let encoded = encoder.encode_advanced(&settings);
        encoded.map(|bytes| bytes.to_vec()).map_err(|error| broken(format!("it cannot be encoded: {error:?}")))
    }
}

impl Small {
    /// Without an alpha channel, on white.
    fn on_white(&self) -> Small {
        let over = |pixel: &[u8]| {
            let alpha = u16::from(pixel[3]);
            [0, 1, 2].map(|n| ((u16::from(pixel[n]) * alpha + 255 * (255 - alpha) + 127) / 255) as u8)
        };
        Small { pixels: self.pixels.chunks_exact(4).flat_map(over).collect(), ..*self }
    }

    /// The part of a cut: the middle across, and rather the upper part, where faces are.
    fn cropped(&self, cut: &Cut, channels: usize) -> Small {
        let (left, top) =
            ((self.width - cut.width.min(self.width)) / 2, (self.height - cut.height.min(self.height)) / 3);
        let line = self.width as usize * channels;
        let from = left as usize * channels;
        let to = from + cut.width.min(self.width) as usize * channels;
        let lines = self.pixels.chunks_exact(line).skip(top as usize).take(cut.height as usize);
        let pixels: Vec<u8> = lines.flat_map(|line| &line[from..to]).copied().collect();
        let height = (pixels.len() / (to - from).max(1)) as u32;
        Small { pixels, width: cut.width.min(self.width), height }
    }
}

fn png(small: &Small, has_alpha: bool) -> Result<Vec<u8>, Flaw> {
    let kind = if has_alpha { ExtendedColorType::Rgba8 } else { ExtendedColorType::Rgb8 };
    let mut bytes = Vec::new();
    let encoder = PngEncoder::new_with_quality(&mut bytes, CompressionType::Best, PngFilter::Adaptive);
    encoder.write_image(&small.pixels, small.width, small.height, kind).map_err(broken)?;
    Ok(bytes)
}

/// A JPEG; what lets light through stands on white.
fn jpeg(small: &Small, has_alpha: bool, quality: u8) -> Result<Vec<u8>, Flaw> {
    let flat: Small;
    let pixels = if has_alpha {
        flat = small.on_white();
        &flat.pixels
    } else {
        &small.pixels
    };
    let mut bytes = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
    encoder.encode(pixels, small.width, small.height, ExtendedColorType::Rgb8).map_err(broken)?;
    Ok(bytes)
}
