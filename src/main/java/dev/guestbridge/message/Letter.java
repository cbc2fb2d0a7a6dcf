package dev.guestbridge.message;

/**
 * Something for a queue of the bus.
 *
 * @param sequence its place in the store's outbox; zero before it has one
 * @param queue where it goes
 * @param group those of one group keep their order; null when it has none
 * @param duplicateId by which the broker drops a second copy
 * @param body what it says
 * @param traceId the trace that it belongs to; null when it isn't known
 * @param traceparent the span that it comes from, as W3C Trace Context writes it; null when nobody collects it
 */
public record Letter(
        long sequence,
        String queue,
        String group,
        String duplicateId,
        String body,
        String traceId,
        String traceparent) {

    /** One that belongs to no trace. */
    public Letter(long sequence, String queue, String group, String duplicateId, String body) {
        this(sequence, queue, group, duplicateId, body, null, null);
    }

    /** Where it goes; what it says is the guest's and may not end in a log. */
    @Override
    public String toString() {
        return "Letter[" + sequence + ", " + queue + "]";
    }
}
