//! Deletes the files of images that a show no longer needs.

use contract::ImageId;
use store::{Loaded, Tx};

use crate::domain::{ImageFile, ImageSize, Show};

/// Deletes the files of the images of a show that its next state contains neither as its image nor
/// in its pending revision: replaced, removed and refused ones.
pub(crate) fn delete_replaced(tx: &mut Tx<'_>, before: &Show, after: &Show) -> Loaded<()> {
    let needed: Vec<ImageId> = images_of(after).collect();
    for image in images_of(before).filter(|image| !needed.contains(image)) {
        let ids = ImageSize::ALL.map(|size| ImageFile::id(image, size));
        for (file, id) in tx.get_all::<ImageFile>(&ids)?.into_iter().zip(ids) {
            if file.is_some() {
                tx.delete::<ImageFile>(id);
            }
        }
    }
    Ok(())
}

fn images_of(show: &Show) -> impl Iterator<Item = ImageId> {
    let requested = show.revision.as_ref().and_then(|revision| revision.image);
    show.image.into_iter().chain(requested.filter(|image| Some(*image) != show.image))
}
