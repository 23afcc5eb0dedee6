//! Fields of a fixed length, read in sequence.

/// The next field of `N` bytes, which is removed from the front of `bytes`.
pub(crate) fn take<const N: usize>(bytes: &mut &[u8]) -> Option<[u8; N]> {
    let (field, rest) = bytes.split_first_chunk()?;
    *bytes = rest;
    Some(*field)
}

/// The value that `read` makes of all of `bytes`; none if a byte is left over or absent.
pub(crate) fn read_all<T>(
    mut bytes: &[u8],
    read: impl FnOnce(&mut &[u8]) -> Option<T>,
) -> Option<T> {
    read(&mut bytes).filter(|_| bytes.is_empty())
}
