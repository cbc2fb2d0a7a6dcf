package dev.guestbridge.console;

import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/** Health checks made of a sentence: what is wrong, or nothing. */
public final class Checks extends AbstractHealthCheck {

    private final Supplier<String> trouble;
    private final boolean fatal;

    private Checks(String name, Supplier<String> trouble, boolean fatal) {
        super("guestbridge", name);
        this.trouble = trouble;
        this.fatal = fatal;
    }

    /**
     * A part that the bridge can't do without.
     *
     * @param trouble a sentence that says what is wrong, or null when nothing is
     */
    public static Checks readiness(String name, Supplier<String> trouble) {
        return new Checks(name, trouble, true);
    }

    /**
     * Something that operators should see, but for which an instance is no less ready to take webhooks.
     *
     * @param trouble a sentence that says what is wrong, or null when nothing is
     */
    public static Checks information(String name, Supplier<String> trouble) {
        return new Checks(name, trouble, false);
    }

    @Override
    public boolean isLiveness() {
        return false;
    }

    @Override
    protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
        String sentence = trouble.get();
        if (sentence != null) {
            builder.message(sentence);
        }
        builder.state(sentence != null && fatal ? State.DOWN : State.UP);
    }
}
