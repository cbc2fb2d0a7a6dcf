package dev.guestbridge.message;

/**
 * A way by which guests reach Genesys: a pair of queues on the bus, the dialect its messages are written in, and the
 * Genesys integration that answers.
 *
 * @param name the operator's name; part of the queue names
 * @param dialect the call shape, by the dialect's name
 * @param org the organisation, by the name its keys in the configuration bear
 * @param integration the id by which Genesys names the channel in a webhook's {@code channel.id}
 * @param queue the Genesys queue that new conversations go to; null where the dialect needs none
 */
public record Channel(String name, String dialect, String org, String integration, String queue) {

    /** The bus queue that brings guest messages. */
    public String inQueue() {
        return "guest.in." + name;
    }

    /** The bus queue that takes replies. */
    public String outQueue() {
        return "guest.out." + name;
    }

    /** The bus queue that tells what became of each guest message. */
    public String statusQueue() {
        return "guest.status." + name;
    }

    /** The bus queue on which the channel tells what became of each reply. */
    public String receiptQueue() {
        return "guest.receipt." + name;
    }

    /** Whether Genesys takes receipts for its replies; of all that it speaks, only open messaging has them. */
    public boolean takesReceipts() {
        return dialect.equals("open-messaging");
    }
}
