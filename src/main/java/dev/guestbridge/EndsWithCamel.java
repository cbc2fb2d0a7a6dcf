package dev.guestbridge;

import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.support.LifecycleStrategySupport;

/** Ends the process in order when a developer's tool stops Camel alone, as {@code camel stop} does. */
final class EndsWithCamel extends LifecycleStrategySupport {

    private final AtomicBoolean meant = new AtomicBoolean();

    /** Camel is about to be stopped by the bridge itself. */
    void leaveIt() {
        meant.set(true);
    }

    @Override
    public void onContextStopping(CamelContext context) {
        if (!meant.get()) {
            new Thread(() -> System.exit(0), "end").start();
        }
    }
}
