package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.LoggerContext;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configuration;
import org.apache.logging.log4j.core.config.ConfigurationFactory;
import org.apache.logging.log4j.core.config.LoggerConfig;
import org.apache.logging.log4j.core.config.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nothing secret reaches a dead letter, a status, a reply, or a log line of the shipped configuration at any level. */
@ExtendWith(BridgeUnderTest.Shared.class)
final class SecretsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TOKEN = "canary-access-token-93d1";

    private final BridgeUnderTest bridge;
    private final String run = BridgeUnderTest.unique();

    SecretsTest(BridgeUnderTest bridge) {
        this.bridge = bridge;
    }

    @Test
    void neitherSecretsNorGuestsWordsLeakAtAnyLevel() {
        bridge.refresh();
        try (Listening log = new Listening(bridge.settings().get("simulator.port"))) {
            tellEverything();
            // the next message brings a new, real token
            bridge.genesys().revokeTokens();
            put("whatsapp", "last");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(states("whatsapp")).contains("last-" + run + " delivered"));

            assertThat(log.lines).as("the log was listened to at its finest").hasSizeGreaterThan(100);
            Map<String, Set<String>> leaks = log.loggersOf(unloggable());
            assertThat(leaks).as("loggers by the secret they told").isEmpty();
            assertThat(bridge.bus().everything()).allSatisfy(message -> secrets()
                    .forEach((name, secret) ->
                            assertThat(message.toString()).as(name).doesNotContain(secret)));
        }
    }

    /** One message of each fate, a token that is refused, and webhooks of both kinds. */
    private void tellEverything() {
        bridge.genesys()
                .fault(Tree.json(
                        """
                {"match":{"path":"/oauth/token"},"status":200,
                 "body":{"access_token":"%s","token_type":"bearer","expires_in":3600}}"""
                                .formatted(TOKEN)));
        bridge.genesys().revokeTokens();
        bridge.genesys().fault(Tree.json("{\"match\":{\"externalId\":\"refused-%s\"},\"status\":400}".formatted(run)));
        bridge.genesys()
                .fault(Tree.json("{\"match\":{\"externalId\":\"lost-%s\"},\"action\":\"lose\"}".formatted(run)));
        for (String guest : List.of("delivered", "refused", "lost")) {
            put("whatsapp", guest);
        }
        put("kiosk", "kiosk");
        bridge.bus().put("mobile", "no json, but my-guests-words");
        byte[] webhook =
                """
                {"id":"w-%s","channel":{"id":"int-mobile","to":{"id":"g-%s"}},"type":"Text","text":"my-guests-words"}"""
                        .formatted(run, run)
                        .getBytes(StandardCharsets.UTF_8);
        bridge.hooks().post("main", webhook, "right", Map.of());
        bridge.hooks().post("main", webhook, "wrong", Map.of());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(states("whatsapp"))
                .contains("delivered-" + run + " delivered", "refused-" + run + " dead", "lost-" + run + " delivered"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bridge.bus().from("guest.dead")).hasSize(2));
    }

    private void put(String channel, String guest) {
        bridge.bus()
                .put(
                        channel,
                        """
                        {"id":"%s-%s","guest":{"externalId":"%s-%s"},"text":"my-guests-words"}"""
                                .formatted(guest, run, guest, run));
    }

    private List<String> states(String channel) {
        return bridge.bus().statuses(channel).stream()
                .map(status ->
                        status.path("id").asText() + " " + status.path("state").asText())
                .toList();
    }

    private static Map<String, String> secrets() {
        String pair = "client-main:" + BridgeUnderTest.CLIENT_SECRET;
        Map<String, String> secrets = new LinkedHashMap<>();
        secrets.put("client secret", BridgeUnderTest.CLIENT_SECRET);
        secrets.put(
                "client secret in Basic", Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        secrets.put("webhook secret", BridgeUnderTest.WEBHOOK_SECRET);
        secrets.put("second webhook secret", BridgeUnderTest.SECOND_WEBHOOK_SECRET);
        secrets.put("access token", TOKEN);
        return secrets;
    }

    /** Guests' words belong in no log; in a dead letter they are what it is about. */
    private static Map<String, String> unloggable() {
        Map<String, String> secrets = secrets();
        secrets.put("guest's words", "my-guests-words");
        return secrets;
    }

    /** All that the shipped log configuration lets through at its finest, except what the simulator says. */
    private static final class Listening extends AbstractAppender implements AutoCloseable {

        private static final List<String> OTHERS = List.of("dev.guestbridge.simulator", "dev.guestbridge.scenario");

        final List<String[]> lines = Collections.synchronizedList(new ArrayList<>());
        private final LoggerContext context = (LoggerContext) LogManager.getContext(false);
        private final Configuration before = context.getConfiguration();

        Listening(String name) {
            super("listening " + name, null, null, true, Property.EMPTY_ARRAY);
            start();
            System.setProperty("log.level", "TRACE");
            Configuration shipped = ConfigurationFactory.getInstance()
                    .getConfiguration(
                            context, name, Path.of("config/log4j2.xml").toUri());
            shipped.initialize();
            LoggerConfig root = shipped.getRootLogger();
            Set.copyOf(root.getAppenders().keySet()).forEach(root::removeAppender); // this much is not for a console
            root.addAppender(this, Level.ALL, null);
            context.reconfigure(shipped);
        }

        @Override
        public void append(LogEvent event) {
            if (OTHERS.stream().noneMatch(event.getLoggerName()::startsWith)) {
                String thrown = event.getThrown() == null ? "" : stackOf(event.getThrown());
                lines.add(new String[] {
                    event.getLoggerName() + " " + event.getLevel(),
                    event.getMessage().getFormattedMessage() + thrown
                });
            }
        }

        private static String stackOf(Throwable thrown) {
            java.io.StringWriter stack = new java.io.StringWriter();
            thrown.printStackTrace(new java.io.PrintWriter(stack));
            return " " + stack;
        }

        /** By secret: who told it, at which level. */
        Map<String, Set<String>> loggersOf(Map<String, String> secrets) {
            List<String[]> all;
            synchronized (lines) {
                all = List.copyOf(lines);
            }
            Map<String, Set<String>> leaks = new LinkedHashMap<>();
            secrets.forEach((name, secret) -> {
                Set<String> loggers = all.stream()
                        .filter(line -> line[1].contains(secret))
                        .map(line -> line[0])
                        .collect(Collectors.toCollection(TreeSet::new));
                if (!loggers.isEmpty()) {
                    leaks.put(name, loggers);
                }
            });
            return leaks;
        }

        @Override
        public void close() {
            System.clearProperty("log.level");
            context.reconfigure(before);
            stop();
        }
    }
}
