package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.Settings;
import dev.guestbridge.genesys.Answers;
import dev.guestbridge.genesys.ErrorCatalogue;
import dev.guestbridge.genesys.ErrorClass;
import dev.guestbridge.genesys.Organisation;
import dev.guestbridge.genesys.Organisations;
import dev.guestbridge.genesys.Refusals;
import dev.guestbridge.genesys.Scopes;
import dev.guestbridge.genesys.Tokens;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Meters;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Looks at all that the bridge stands on, beside a running one or without, and turns what guests' messages met there into
 * its cause and cure. It sends no guest's message, changes nothing, and waits for nothing longer than its patience lasts.
 */
final class Doctor {

    /** What can be looked at alone, in the order in which it is told. */
    static final List<String> GROUPS = List.of("broker", "store", "organisation", "channel", "webhook");

    private final Settings settings;
    private final Channels channels;
    private final Organisations organisations;
    private final ErrorCatalogue catalogue;
    private final Scopes scopes;
    private final Clock clock;
    private final Asking asking;
    private final Tokens tokens;
    private final Answers answers;

    /**
     * @param patience for each thing that it looks at
     * @throws IllegalArgumentException when the configuration can't be used; names file, key and reason
     */
    Doctor(Settings settings, Duration patience, Clock clock) {
        Path home = settings.home();
        this.settings = settings;
        this.clock = clock;
        this.channels = Channels.read(home.resolve("routes/channels"));
        this.organisations = new Organisations(settings.organisations(channels.organisations()));
        this.catalogue = new ErrorCatalogue(home.resolve("config/error-classes.yaml"));
        this.scopes = new Scopes(settings.neededScopes());
        this.asking = new Asking(clock, patience);
        this.tokens = new Tokens(organisations, org -> new CompletableFuture<>(), clock, Runnable::run);
        this.answers = new Answers(
                catalogue,
                organisations,
                tokens,
                scopes,
                new Refusals(0, clock),
                new Meters(new SimpleMeterRegistry()),
                clock);
    }

    /** All that is found of these groups, in their order. */
    List<Finding> findings(Collection<String> groups) throws Exception {
        RunningBridge bridge = RunningBridge.of(settings, asking);
        ExecutorService atOnce = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "doctor");
            thread.setDaemon(true);
            return thread;
        });
        try {
            List<Callable<List<Finding>>> looks = new ArrayList<>();
            if (groups.contains("broker")) {
                looks.add(new BrokerCheckup(settings, channels, bridge, asking.patience(), clock)::findings);
            }
            if (groups.contains("store")) {
                looks.add(new StoreCheckup(settings, bridge, asking.patience())::findings);
            }
            if (groups.stream().anyMatch(List.of("organisation", "channel", "webhook")::contains)) {
                organisations.all().forEach(organisation -> looks.add(() -> lookAt(organisation, bridge)));
            }
            List<Finding> all = new ArrayList<>();
            for (var look : atOnce.invokeAll(looks)) {
                all.addAll(look.get());
            }
            return all.stream()
                    .filter(finding -> groups.contains(finding.group()))
                    .sorted(Comparator.comparingInt((Finding finding) -> GROUPS.indexOf(finding.group()))
                            .thenComparing(Finding::name))
                    .toList();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        } finally {
            atOnce.shutdownNow();
        }
    }

    private List<Finding> lookAt(Organisation organisation, RunningBridge bridge) throws InterruptedException {
        OrganisationCheckup ofAll = new OrganisationCheckup(
                organisation, tokens, answers, asking, clock, settings.get("genesys.introspection-path"));
        List<Finding> findings = new ArrayList<>(ofAll.findings());
        Map<String, ChannelCheckup> checkups = new LinkedHashMap<>();
        Set<String> webhooks = new LinkedHashSet<>();
        for (Channel channel : channels.all()) {
            if (channel.org().equals(organisation.name())) {
                ChannelCheckup checkup = new ChannelCheckup(channel, scopes, ofAll, asking);
                checkups.put(channel.name(), checkup);
                findings.addAll(checkup.findings());
                if (checkup.webhook() != null) {
                    webhooks.add(checkup.webhook());
                }
            }
        }
        tellOfTheBridge(organisation, checkups, bridge, findings);
        findings.addAll(new WebhookCheckup(settings, organisation.name(), bridge, asking).findings(webhooks));
        return findings;
    }

    /** Adds what the running bridge tells of messages that can't go on, with what is behind it. */
    private void tellOfTheBridge(
            Organisation organisation,
            Map<String, ChannelCheckup> checkups,
            RunningBridge bridge,
            List<Finding> findings)
            throws InterruptedException {
        Set<String> told = new LinkedHashSet<>();
        for (JsonNode pause : bridge.list("/pauses", "pauses")) {
            String[] name = pause.path("name").asText().split(" ", 2);
            boolean ofAll = name[0].equals("organisation") && name[1].equals(organisation.name());
            if (ofAll || name[0].equals("channel") && checkups.containsKey(name[1])) {
                findings.add(paused(new Finding.Subject(name[0], name[1]), pause, checkups, findings));
                (ofAll ? checkups.keySet() : Set.of(name[1]))
                        .forEach(channel -> told.add(channel + " " + classOf(pause)));
            }
        }
        for (JsonNode held : bridge.list("/troubles", "held")) {
            String channel = held.path("channel").asText();
            if (checkups.containsKey(channel) && told.add(channel + " " + classOf(held))) {
                String more = "'guestbridge why " + channel + "' tells more.";
                findings.add(met(held, " held for " + classOf(held), more, checkups, findings));
            }
        }
        for (JsonNode dead : bridge.list("/troubles", "dead")) {
            String channel = dead.path("channel").asText();
            if (checkups.containsKey(channel)) {
                String more =
                        "'guestbridge dead list --channel " + channel + " --class " + classOf(dead) + "' names them.";
                findings.add(
                        met(dead, " dead of " + classOf(dead) + " within the last hour", more, checkups, findings));
            }
        }
    }

    private Finding paused(
            Finding.Subject subject, JsonNode pause, Map<String, ChannelCheckup> checkups, List<Finding> before) {
        ChannelCheckup checkup = subject.group().equals("channel") ? checkups.get(subject.name()) : null;
        // what stops a whole organisation is of no dialect
        Channel channel =
                checkup == null ? new Channel("all", "", subject.name(), "", null) : channels.named(subject.name());
        String sentence = "paused since " + since(pause) + " for " + classOf(pause) + Shown.answered(pause) + ", "
                + count(pause.path("waiting").asLong(), "message waits", "messages wait");
        if (pause.path("resuming").asBoolean()) {
            return subject.warn(sentence, "nothing: its cause is gone, and what waits goes on step by step");
        }
        Remedy remedy = remedy(channel, pause, checkup == null ? null : checkup.missing());
        return isTold(remedy, subject, before)
                ? subject.fail(sentence + ", for the reason above", "")
                : subject.fail(sentence + ". " + remedy.cause(), remedy.cure());
    }

    private Finding met(
            JsonNode kind, String fate, String more, Map<String, ChannelCheckup> checkups, List<Finding> before) {
        Channel channel = channels.named(kind.path("channel").asText());
        Finding.Subject subject = new Finding.Subject("channel", channel.name());
        Remedy remedy = remedy(channel, kind, checkups.get(channel.name()).missing());
        String sentence = count(kind.path("messages").asLong(), "message", "messages") + fate + Shown.answered(kind);
        return isTold(remedy, subject, before)
                ? subject.warn(sentence + ", for the reason above", more)
                : subject.warn(sentence + ". " + remedy.cause(), remedy.cure() + " " + more);
    }

    private static boolean isTold(Remedy remedy, Finding.Subject subject, List<Finding> before) {
        return !remedy.cause().isEmpty()
                && before.stream()
                        .anyMatch(finding -> finding.group().equals(subject.group())
                                && finding.name().equals(subject.name())
                                && finding.sentence().contains(remedy.cause()));
    }

    private Remedy remedy(Channel channel, JsonNode kind, Set<String> missing) {
        ErrorClass row = catalogue.classes().stream()
                .filter(one -> one.name().equals(classOf(kind)))
                .findFirst()
                .orElse(null);
        return Remedy.of(
                channel,
                classOf(kind),
                kind.path("status").asInt(0),
                kind.path("code").asText(""),
                missing,
                row,
                kind.path("advice").asText(""));
    }

    private static String classOf(JsonNode kind) {
        return kind.path("class").asText();
    }

    private static String since(JsonNode pause) {
        String time = Shown.time(pause, "since");
        return time.isEmpty() ? "a while" : time;
    }

    private static String count(long count, String one, String many) {
        return count + " " + (count == 1 ? one : many);
    }
}
