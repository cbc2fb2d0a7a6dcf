package dev.guestbridge.message;

/**
 * A file that a guest sends, by its address; Genesys fetches it from there.
 *
 * @param url where Genesys can fetch it
 * @param mime its media type, such as {@code image/jpeg}
 * @param mediaType Genesys' word for its kind (Image, Video, Audio, File or Link); told from {@code mime} when absent
 * @param filename the name to show; null when unknown
 */
public record Attachment(String url, String mime, String mediaType, String filename) {

    public Attachment {
        if (mediaType == null) {
            mediaType = kindOf(mime);
        }
    }

    /** Its kind; its address may be the guest's secret and may not end in a log. */
    @Override
    public String toString() {
        return "Attachment[" + mediaType + "]";
    }

    private static String kindOf(String mime) {
        return switch (mime.substring(0, Math.max(0, mime.indexOf('/'))).toLowerCase(java.util.Locale.ROOT)) {
            case "image" -> "Image";
            case "video" -> "Video";
            case "audio" -> "Audio";
            default -> "File";
        };
    }
}
