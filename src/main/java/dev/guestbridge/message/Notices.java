package dev.guestbridge.message;

import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the log says of single messages and webhooks: what became of them, by the id of their trace alone. What they say isn't
 * there, nor the ids that others gave them: WhatsApp's hold the guest's phone number.
 */
public final class Notices {

    private static final Logger DEAD = LoggerFactory.getLogger("dev.guestbridge.dead");
    private static final Logger WEBHOOK = LoggerFactory.getLogger("dev.guestbridge.webhook");
    private static final Duration TELLS_EVERY = Duration.ofMinutes(1);

    private final Seldom seldom = new Seldom(TELLS_EVERY, new SteadyClock());

    /** Nobody can deliver a message as it is. */
    public void dead(Delivery delivery) {
        delivery.trace()
                .logging(() -> DEAD.warn(
                        "channel {}: a message is dead: {}",
                        delivery.channel().name(),
                        delivery.failure().getLine()));
    }

    /** A webhook bears the id and time of another one. */
    public void altered(Webhook webhook) {
        webhook.trace()
                .logging(() -> WEBHOOK.warn(
                        "organisation {}: a webhook came before with other content; this one is kept on guest.unrouted",
                        webhook.org()));
    }

    /** A genuine webhook may be no channel's to have; then it says why. */
    public void unrouted(Webhook webhook) {
        if (!webhook.isRouted()) {
            webhook.trace()
                    .logging(() -> WEBHOOK.warn(
                            "organisation {}: a webhook {}; it is kept on guest.unrouted",
                            webhook.org(),
                            webhook.whyUnrouted()));
        }
    }

    /** The broker can't take a reply; the log is told of many together. */
    public void kept(Webhook webhook) {
        webhook.trace().tells("kept in the store");
        webhook.trace()
                .logging(() -> WEBHOOK.debug(
                        "organisation {}: a reply is kept in the store, the broker can't take it", webhook.org()));
        long replies = seldom.toTell("kept " + webhook.org());
        if (replies > 0) {
            WEBHOOK.warn(
                    "organisation {}: the broker doesn't take replies; kept in the store since this was last told: {}; they leave in"
                            + " their order when it does",
                    webhook.org(),
                    replies);
        }
    }

    /** A reply is on its queue, but the store can't note that; the log is told of many together. */
    public void notRemembered(Webhook webhook) {
        webhook.trace()
                .logging(() -> WEBHOOK.debug(
                        "organisation {}: a reply isn't remembered, the store can't be used", webhook.org()));
        long replies = seldom.toTell("not remembered " + webhook.org());
        if (replies > 0) {
            WEBHOOK.warn(
                    "organisation {}: the store can't note which replies were put on their queues; since this was last told: {}; the"
                            + " broker knows them should Genesys send them again",
                    webhook.org(),
                    replies);
        }
    }

    /**
     * Neither broker nor store took a webhook.
     *
     * @param webhook null when it couldn't even be read
     */
    public void notTaken(String org, Webhook webhook, Exception cause) {
        Trace trace = webhook == null ? Trace.of(null) : webhook.trace();
        trace.logging(() -> WEBHOOK.error("organisation {}: webhook answered 503: {}", org, cause.getMessage()));
    }
}
