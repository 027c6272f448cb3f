//! Images in the words of Converse, within what it takes of them.
//!
//! Limits: <https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Message.html>. That no side has more than
//! 8000 pixels is left to the service: files are not opened here.

use aws_sdk_bedrockruntime::{
    primitives::Blob,
    types::{ContentBlock, ImageBlock, ImageFormat as Format, ImageSource},
};
use cueline_ports::{Image, ImageFormat, PortError, PortErrorKind, PortResult};

/// Images of one message at most.
const MOST: usize = 20;
/// Bytes of an image: 3.75 MB.
const LARGEST: usize = 15 << 18;
/// What an image takes of a quota, about, before it is known: as many tokens as Claude counts of a large one.
pub(super) const TOKENS: usize = 1_600;

/// The block of an image in `messages[at]`.
pub(super) fn block(image: &Image, at: usize) -> PortResult<ContentBlock> {
    let size = image.bytes.len();
    if size == 0 || size > LARGEST {
        let what = format!("an image of messages[{at}] has {size} bytes; show one of 1 to {LARGEST}");
        return Err(refused("chat_image_too_large", &what));
    }
    let format = match image.format {
        ImageFormat::Gif => Format::Gif,
        ImageFormat::Jpeg => Format::Jpeg,
        ImageFormat::Png => Format::Png,
        ImageFormat::Webp => Format::Webp,
    };
    let source = ImageSource::Bytes(Blob::new(image.bytes.as_ref()));
    let block = ImageBlock::builder().format(format).source(source).build();
    block.map(ContentBlock::Image).map_err(super::request::incomplete)
}

/// What one side says at once.
pub(super) fn check(blocks: &[ContentBlock]) -> PortResult<()> {
    let images = blocks.iter().filter(|block| block.is_image()).count();
    if images <= MOST {
        return Ok(());
    }
    Err(refused("chat_images_too_many", &format!("{images} images follow each other; show {MOST} at most")))
}

/// Another target may take more.
fn refused(code: &str, what: &str) -> PortError {
    PortError::new(PortErrorKind::Unsupported, format!("{code}: {what}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(format: ImageFormat, size: usize) -> Image {
        Image { format, bytes: vec![7; size].into() }
    }

    #[test]
    fn an_image_has_its_format_and_its_bytes() {
        for (format, word) in [
            (ImageFormat::Gif, "gif"),
            (ImageFormat::Jpeg, "jpeg"),
            (ImageFormat::Png, "png"),
            (ImageFormat::Webp, "webp"),
        ] {
            let ContentBlock::Image(block) = block(&image(format, 3), 0).unwrap() else { panic!("an image") };
            let bytes = block.source().unwrap().as_bytes().unwrap().as_ref();
            assert_eq!((block.format().as_str(), bytes), (word, [7; 3].as_slice()));
        }
    }

    #[test]
    fn more_than_converse_takes_is_refused_with_numbers() {
        assert!(block(&image(ImageFormat::Png, LARGEST), 0).is_ok());
        for size in [0, LARGEST + 1] {
            let error = block(&image(ImageFormat::Png, size), 3).unwrap_err();
            let told =
                format!("chat_image_too_large: an image of messages[3] has {size} bytes; show one of 1 to 3932160");
            assert_eq!((error.kind, error.message), (PortErrorKind::Unsupported, told));
        }
        let mut blocks = vec![block(&image(ImageFormat::Png, 1), 0).unwrap(); MOST];
        blocks.push(ContentBlock::Text("Well?".into()));
        assert!(check(&blocks).is_ok());
        blocks.push(block(&image(ImageFormat::Png, 1), 0).unwrap());
        assert!(check(&blocks).unwrap_err().message.starts_with("chat_images_too_many: 21 images"));
    }
}
