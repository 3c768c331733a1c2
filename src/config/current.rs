//! The configuration in force, with what is derived from it. Everybody who needs names or numbers
//! asks here, so that a reload is seen everywhere at once.

use super::Config;
use passerelle_signaling::configuration::Configuration;
use passerelle_signaling::protocol::Directory;
use std::sync::Arc;
use tokio::sync::watch;

/// A configuration that has passed its checks.
#[derive(Debug)]
pub struct InForce {
    /// As the operator wrote it.
    pub config: Config,
    /// What the core knows of it.
    pub configuration: Configuration,
    /// The names, as a coordinator sees them.
    pub directory: Directory,
}

/// The configuration in force. Clones share it.
#[derive(Clone, Debug)]
pub struct Current(Arc<watch::Sender<Arc<InForce>>>);

impl From<Config> for InForce {
    fn from(config: Config) -> Self {
        Self {
            configuration: config.configuration(),
            directory: config.directory(),
            config,
        }
    }
}

impl Current {
    /// Begins with this one, which has passed its checks.
    pub fn new(config: Config) -> Self {
        Self(Arc::new(watch::Sender::new(Arc::new(config.into()))))
    }

    /// The one in force now.
    pub fn get(&self) -> Arc<InForce> {
        Arc::clone(&self.0.borrow())
    }

    /// Follows it from now on.
    pub fn watch(&self) -> watch::Receiver<Arc<InForce>> {
        self.0.subscribe()
    }

    /// Puts another one in force.
    pub fn replace(&self, next: InForce) {
        self.0.send_replace(Arc::new(next));
    }
}

impl Config {
    /// Takes over from the running configuration what cannot change while the gateway runs, and
    /// names what of it differs.
    pub fn keep_what_needs_a_restart(&mut self, running: &Self) -> Vec<&'static str> {
        let mut kept = Vec::new();
        keep("data_dir", &mut self.data_dir, &running.data_dir, &mut kept);
        keep("mail", &mut self.mail, &running.mail, &mut kept);
        keep("listen", &mut self.listen, &running.listen, &mut kept);
        keep("tls", &mut self.tls, &running.tls, &mut kept);
        keep("media", &mut self.media, &running.media, &mut kept);
        let (service, before) = (&mut self.service, &running.service);
        let (zone, url) = ("service.time_zone", "service.public_url");
        keep(zone, &mut service.time_zone, &before.time_zone, &mut kept);
        keep(url, &mut service.public_url, &before.public_url, &mut kept);
        kept
    }
}

fn keep<T: PartialEq + Clone>(
    key: &'static str,
    next: &mut T,
    running: &T,
    kept: &mut Vec<&'static str>,
) {
    if next != running {
        next.clone_from(running);
        kept.push(key);
    }
}
