package dev.guestbridge.message;

/**
 * Why a message wasn't delivered, in an operator's words.
 *
 * @param errorClass the class of the error catalogue
 * @param reason what happened, a sentence
 * @param advice what to do about it, a sentence
 * @param status the HTTP status, or null when there was no answer
 * @param code Genesys' own error code, or null
 * @param correlationId Genesys' correlation id, or null
 */
public record Failure(
        String errorClass, String reason, String advice, Integer status, String code, String correlationId) {

    /** For a log: the class, and how to find the call; never what Genesys said, which may quote the guest. */
    public String getLine() {
        return errorClass
                + (status == null ? "" : ", HTTP status " + status)
                + (code == null ? "" : ", code " + code)
                + (correlationId == null ? "" : ", correlation " + correlationId);
    }
}
