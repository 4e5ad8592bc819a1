//! Taking the link where no socket can be inherited: the harness waits for its client on loopback TCP.

use std::{
    env,
    io::{self, Write},
    net::TcpStream,
};

use crate::link::{ADDRESS, SECRET};

/// Takes the link from where the environment says that it is.
///
/// # Errors
/// If it says nothing, or nobody is there.
pub(super) fn take() -> io::Result<TcpStream> {
    let (address, secret) = (variable(ADDRESS)?, variable(SECRET)?);
    connect(&address, &secret)
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(|error| io::Error::new(io::ErrorKind::NotFound, format!("{name}: {error}")))
}

/// Goes there and proves to be who is expected. Sockets of the standard library are not inherited by processes that the student's code
/// starts.
fn connect(address: &str, secret: &str) -> io::Result<TcpStream> {
    let mut stream = TcpStream::connect(address)?;
    // A turn is one small write, and the other end waits for it.
    stream.set_nodelay(true)?;
    stream.write_all(secret.as_bytes())?;
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use std::{io::Read, net::TcpListener};

    use super::*;

    #[test]
    fn the_secret_comes_first() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("loopback is there");
        let address = listener.local_addr().expect("it is bound").to_string();
        let mut client = connect(&address, "who I am").expect("it listens");
        client.write_all(b", and more").expect("it is read");
        drop(client);
        let mut said = String::new();
        listener.accept().and_then(|(mut stream, _)| stream.read_to_string(&mut said)).expect("it came");
        assert_eq!(said, "who I am, and more");
    }

    #[test]
    fn without_an_address_there_is_no_link() {
        assert_eq!(take().expect_err("nothing is set").kind(), io::ErrorKind::NotFound);
    }
}
