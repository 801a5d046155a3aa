//! Draws the icon as PNG: five threads that meet in a knot. The same drawing as `assets/icon.svg`, point by point.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::ZlibEncoder;

use crate::Outcome;

/// Ground, and the knot in the middle.
const GROUND: [f64; 3] = [13.0, 64.0, 74.0];
const KNOT: [f64; 3] = [255.0, 255.0, 255.0];
/// Where each thread comes from on a square of 64, and its colour.
const THREADS: [([f64; 2], [f64; 3]); 5] = [
    ([10.0, 10.0], [255.0, 138.0, 101.0]),
    ([4.0, 32.0], [255.0, 202.0, 76.0]),
    ([10.0, 54.0], [126.0, 217.0, 137.0]),
    ([32.0, 60.0], [105.0, 200.0, 245.0]),
    ([32.0, 4.0], [206.0, 160.0, 255.0]),
];
/// Points that are looked at for one of the picture, along each side.
const FINE: u32 = 4;

/// The icon as a PNG of `size` points along each side.
pub fn png(size: u32) -> Outcome<Vec<u8>> {
    let mut rows = Vec::with_capacity((size * (size * 3 + 1)) as usize);
    for y in 0..size {
        // No filter.
        rows.push(0);
        for x in 0..size {
            rows.extend(point(x, y, size));
        }
    }
    let mut encoder = ZlibEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&rows)?;
    let mut picture = b"\x89PNG\r\n\x1a\n".to_vec();
    let mut head = Vec::new();
    head.extend(size.to_be_bytes());
    head.extend(size.to_be_bytes());
    // Eight bits a colour, three colours.
    head.extend([8, 2, 0, 0, 0]);
    chunk(&mut picture, b"IHDR", &head)?;
    chunk(&mut picture, b"IDAT", &encoder.finish()?)?;
    chunk(&mut picture, b"IEND", &[])?;
    Ok(picture)
}

fn chunk(picture: &mut Vec<u8>, name: &[u8; 4], bytes: &[u8]) -> Outcome<()> {
    picture.extend(u32::try_from(bytes.len())?.to_be_bytes());
    let mut sum = flate2::Crc::new();
    sum.update(name);
    sum.update(bytes);
    picture.extend(name);
    picture.extend(bytes);
    picture.extend(sum.sum().to_be_bytes());
    Ok(())
}

fn point(x: u32, y: u32, size: u32) -> [u8; 3] {
    let mut sum = [0.0; 3];
    for fine in 0..FINE * FINE {
        let at = |place: u32, part: u32| {
            (f64::from(place) + (f64::from(part) + 0.5) / f64::from(FINE)) * 64.0 / f64::from(size)
        };
        let colour = colour([at(x, fine % FINE), at(y, fine / FINE)]);
        for (sum, part) in sum.iter_mut().zip(colour) {
            *sum += part / f64::from(FINE * FINE);
        }
    }
    sum.map(|part| part.round() as u8)
}

fn colour(at: [f64; 2]) -> [f64; 3] {
    let knot = [40.0, 32.0];
    if distance(at, knot) < 9.0 {
        return KNOT;
    }
    let leads_out = to_line(at, knot, [64.0, 32.0]) < 2.6;
    if leads_out {
        return KNOT;
    }
    let thread = THREADS.iter().find(|(from, _)| to_line(at, *from, knot) < 2.6);
    thread.map_or(GROUND, |(_, colour)| *colour)
}

fn distance(a: [f64; 2], b: [f64; 2]) -> f64 {
    (a[0] - b[0]).hypot(a[1] - b[1])
}

fn to_line(at: [f64; 2], from: [f64; 2], to: [f64; 2]) -> f64 {
    let (along, length) = ([to[0] - from[0], to[1] - from[1]], distance(from, to));
    let part = ((at[0] - from[0]) * along[0] + (at[1] - from[1]) * along[1]) / (length * length);
    let part = part.clamp(0.0, 1.0);
    distance(at, [from[0] + along[0] * part, from[1] + along[1] * part])
}
