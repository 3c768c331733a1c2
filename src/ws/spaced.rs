//! Pictures for people who watch many at once: the first at once, the next ones not sooner than
//! somebody can look at them. A coordinator's board shows the whole service; with a thousand
//! tablets it is a quarter of a megabyte, and changes with every ring.

use tokio::sync::watch::error::RecvError;
use tokio::sync::watch::{Receiver, Ref};
use tokio::time::{Duration, Interval, interval};

/// The newest of what a sender shows.
pub(super) struct Spaced<T> {
    shown: Receiver<T>,
    spacing: Option<Interval>,
    /// The spacing since the last one has passed.
    is_time: bool,
}

impl<T: Clone> Spaced<T> {
    /// Whatever is there already counts as new.
    pub(super) fn new(mut shown: Receiver<T>, spacing: Option<Duration>) -> Self {
        shown.mark_changed();
        Self {
            shown,
            spacing: spacing.map(interval),
            is_time: true,
        }
    }

    /// Ends when there is something new and it is time to show it; may be cancelled. The first of a
    /// burst is shown at once, the last of it after the spacing.
    ///
    /// # Errors
    /// When the sender is gone.
    pub(super) async fn changed(&mut self) -> Result<(), RecvError> {
        if let Some(spacing) = self.spacing.as_mut().filter(|_| !self.is_time) {
            spacing.tick().await;
            self.is_time = true;
        }
        self.shown.changed().await
    }

    /// The newest one, without showing it.
    pub(super) fn peek(&self) -> Ref<'_, T> {
        self.shown.borrow()
    }

    /// The newest one, which is then shown.
    pub(super) fn take(&mut self) -> T {
        if let Some(spacing) = &mut self.spacing {
            spacing.reset();
            self.is_time = false;
        }
        self.shown.borrow_and_update().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::monotonic;
    use futures_util::FutureExt;
    use tokio::sync::watch;
    use tokio::time::timeout;

    const SPACING: Duration = Duration::from_millis(30);

    impl Spaced<u32> {
        fn at_once(&mut self) -> Option<u32> {
            self.changed().now_or_never()?.unwrap();
            Some(self.take())
        }
    }

    #[tokio::test]
    async fn the_first_is_shown_at_once_and_of_a_burst_the_last_one() {
        let (sender, receiver) = watch::channel(0);
        let mut spaced = Spaced::new(receiver, Some(SPACING));
        let begun = monotonic();
        assert_eq!(spaced.at_once(), Some(0));
        for newer in 1..=3 {
            sender.send_replace(newer);
        }
        spaced.changed().await.unwrap();
        assert_eq!(spaced.take(), 3);
        assert!(monotonic().duration_since(begun) >= SPACING);
    }

    #[tokio::test]
    async fn whoever_has_waited_long_enough_waits_no_more() {
        let (sender, receiver) = watch::channel(0);
        let mut spaced = Spaced::new(receiver, Some(SPACING));
        assert_eq!(spaced.at_once(), Some(0));
        // Nothing is new: a writer gives this up when it has something else to write.
        let in_vain = timeout(SPACING * 2, spaced.changed()).await;
        assert!(in_vain.is_err());
        sender.send_replace(1);
        assert_eq!(spaced.at_once(), Some(1));
    }

    #[tokio::test]
    async fn without_a_spacing_nothing_waits() {
        let (sender, receiver) = watch::channel(0);
        let mut spaced = Spaced::new(receiver, None);
        for newer in 1..=3 {
            sender.send_replace(newer);
            assert_eq!(spaced.at_once(), Some(newer));
        }
    }
}
