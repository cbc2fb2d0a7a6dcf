package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.process.Bus.Taken;
import dev.guestbridge.process.Genesys.Heard;
import dev.guestbridge.process.Installation.Running;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** SIGTERM: what is in flight ends, the rest goes back in order, nothing is sent twice. */
@Timeout(180)
class StopIT {

    @Test
    void sigterm_drains_and_the_next_start_goes_on_where_it_stopped() {
        try (Installation installation = new Installation("StopIT")) {
            installation.simulator();
            Genesys genesys = installation.genesys();
            Conversation conversation = new Conversation("stop", 200, 20);
            genesys.delay(400);
            Running bridge = installation.bridge();
            try (Bus bus = installation.bus()) {
                conversation.say(bus);
                Conversation.awaitCalls(genesys, genesys.calls() + 60);
            }

            long asked = System.nanoTime();
            bridge.sigterm();

            assertThat(bridge.exitWithin(Duration.ofSeconds(30))).isZero();
            long stopMs = (System.nanoTime() - asked) / 1_000_000;
            List<Heard> before = conversation.heard(genesys);
            assertThat(before).hasSizeBetween(20, 180);

            installation.bridge();
            Map<String, Taken> fates;
            try (Bus bus = installation.bus()) {
                fates = conversation.fates(bus, Duration.ofSeconds(60));
                assertThat(bus.rest("guest.in.whatsapp")).isEmpty();
            }
            List<Heard> heard = conversation.heard(genesys);
            System.out.printf(
                    "StopIT: stopped in %d ms, heard before %d, heard in all %d, repeats %d%n",
                    stopMs,
                    before.size(),
                    heard.size(),
                    Conversation.repeats(heard).size());
            conversation.assertHeardInOrder(heard);
            assertThat(Conversation.repeats(heard)).isEmpty();
            assertThat(fates.values())
                    .extracting(status -> status.text("state"))
                    .containsOnly("delivered");
            assertThat(fates.values()).noneMatch(status -> status.json().has("possibleRepeat"));
            assertThat(bridge.stderr()).contains("stopped").doesNotContain("ERROR", "Exception");
        }
    }

    @Test
    void what_a_pause_holds_goes_back_and_is_known_never_to_have_been_sent() {
        try (Installation installation = new Installation("StopIT-paused")) {
            Running simulator = installation.simulator();
            Genesys genesys = installation.genesys();
            String fault = genesys.tooMany(60);
            Conversation conversation = new Conversation("paused", 30, 10);
            Running bridge = installation.bridge();
            try (Bus bus = installation.bus()) {
                conversation.say(bus);
                bus.take("guest.status.whatsapp", conversation.size(), Duration.ofSeconds(30), status -> "waiting"
                        .equals(status.text("state")));
            }

            bridge.sigterm();

            assertThat(bridge.exitWithin(Duration.ofSeconds(30))).isZero();
            assertThat(conversation.heard(genesys)).isEmpty();

            genesys.endFault(fault);
            installation.bridge();
            Map<String, Taken> fates;
            try (Bus bus = installation.bus()) {
                fates = conversation.fates(bus, Duration.ofSeconds(60));
            }
            List<Heard> heard = conversation.heard(genesys);
            conversation.assertHeardInOrder(heard);
            assertThat(Conversation.repeats(heard)).isEmpty();
            assertThat(fates.values())
                    .extracting(status -> status.text("state"))
                    .containsOnly("delivered");
            assertThat(fates.values()).noneMatch(status -> status.json().has("possibleRepeat"));

            simulator.sigterm();
            assertThat(simulator.exitWithin(Duration.ofSeconds(10))).isZero();
        }
    }
}
