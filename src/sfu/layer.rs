//! The layers of a picture: one camera, encoded several times at once in different sizes
//! (simulcast, RFC 8853), the smallest first. A picture that is sent once is its only layer. Pure.

use super::offer::Kind;

/// Layers of one picture. Three halvings are all that a camera of 720 lines can spare before
/// fingers blur; what a client offers beyond is not taken.
pub(super) const LAYERS: usize = 3;

/// Streams of one peer: a voice, and the layers of its picture.
pub(super) const STREAMS: usize = 1 + LAYERS;

/// One of them, from the smallest on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Layer(pub(super) u8);

impl Layer {
    /// That of a voice, and of a picture that is sent once.
    pub(super) const ONLY: Layer = Layer(0);

    /// The one with this place among those a client offers.
    pub(super) fn at(place: usize) -> Option<Self> {
        let place = u8::try_from(place).ok()?;
        (usize::from(place) < LAYERS).then_some(Self(place))
    }

    /// Every layer a picture can have.
    pub(super) fn all() -> impl DoubleEndedIterator<Item = Layer> {
        (0..LAYERS).filter_map(Self::at)
    }
}

/// The place of a stream among those of its peer: the voice first.
pub(super) fn place(kind: Kind, layer: Layer) -> usize {
    match kind {
        Kind::Audio => 0,
        Kind::Video => 1 + usize::from(layer.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_stream_has_a_place_of_its_own() {
        let pictures = Layer::all().map(|layer| place(Kind::Video, layer));
        let places: Vec<_> = pictures.chain([place(Kind::Audio, Layer::ONLY)]).collect();
        assert_eq!(places, [1, 2, 3, 0]);
        assert_eq!(places.len(), STREAMS);
        assert_eq!(Layer::at(LAYERS), None);
    }
}
