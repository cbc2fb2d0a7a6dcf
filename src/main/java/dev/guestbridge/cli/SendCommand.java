package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.Settings;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.GuestMessageReader;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "send",
        description = "Puts guest messages on a channel's queue: one, or those of a file.",
        footer = {
            "",
            "They go straight to the broker of config/ and of this shell's variables, so set them as for the bridge, and the"
                    + " bridge takes them like any other: they are real, cost quota and are shown to agents.",
            "",
            "Exit status: 0 sent, and with --watch all delivered; 1 with --watch one died or came to no end; 2 nothing was"
                    + " sent."
        },
        mixinStandardHelpOptions = true)
final class SendCommand implements Callable<Integer> {

    private static final int MOST_WATCHED = 1_000;
    private static final int NAMED = 20;

    @Spec
    private CommandSpec spec;

    @Parameters(
            arity = "0..1",
            paramLabel = "<file>",
            description =
                    "Guest messages as JSON, one a line; - reads them from stdin. Each is looked at before any is sent.")
    private String file;

    @Option(names = "--channel", required = true, paramLabel = "<name>", description = "The channel they come by.")
    private String channel;

    @Option(names = "--guest", paramLabel = "<id>", description = "Whom one message is from: guest.externalId.")
    private String guest;

    @Option(names = "--text", paramLabel = "<text>", description = "What it says.")
    private String text;

    @Option(names = "--id", paramLabel = "<id>", description = "Its id (default: one of its own, send-…).")
    private String id;

    @Option(names = "--watch", description = "Wait for what becomes of each, and print it.")
    private boolean watch;

    @Option(
            names = "--grace",
            paramLabel = "<time>",
            defaultValue = "60s",
            converter = Span.class,
            description = "How long to wait with --watch (default: ${DEFAULT-VALUE}).")
    private Duration grace;

    @Option(names = "--json", description = "Print ids, or with --watch statuses, as JSON, one object a line.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        demandUsage();
        Terminal terminal = new Terminal(spec);
        Settings settings = terminal.settings();
        Bus bus = new Bus(settings);
        Channel to = bus.channel(channel);
        List<Drafts.Draft> drafts = drafts(settings);
        if (watch && drafts.size() > MOST_WATCHED) {
            throw new Refused("--watch: " + drafts.size() + " messages are too many, at most " + MOST_WATCHED
                    + "; send without it, or use 'guestbridge load'");
        }
        try (ActiveMQConnectionFactory factory = bus.factory();
                Sending sending = new Sending(bus.connect(factory, ""), to)) {
            return send(sending, to, drafts, terminal);
        }
    }

    private int send(Sending sending, Channel to, List<Drafts.Draft> drafts, Terminal terminal) throws Exception {
        if (sending.readers() == 0) {
            terminal.tell(
                    "nobody reads " + to.inQueue() + ": what is sent lies there until a bridge with this channel runs");
        }
        if (watch) {
            sending.demandOwnStatuses(drafts.stream().map(Drafts.Draft::id).toList());
        }
        AtomicInteger sent = new AtomicInteger();
        List<String> ids;
        try {
            ids = sending.send(drafts, sent::set);
        } catch (JMSException e) {
            throw new Refused("the broker took the first %d of %d messages, and of the others none: %s"
                    .formatted(sent.get(), drafts.size(), e.getMessage()));
        }
        if (!watch) {
            print(to, ids, terminal);
            return Guestbridge.DONE;
        }
        return watch(sending, ids, terminal);
    }

    private int watch(Sending sending, List<String> ids, Terminal terminal) throws JMSException, InterruptedException {
        terminal.tell(ids.size() + (ids.size() == 1 ? " message is sent" : " messages are sent")
                + ", waiting for what becomes of " + (ids.size() == 1 ? "it" : "them"));
        Set<String> waiting = new HashSet<>();
        AtomicInteger dead = new AtomicInteger();
        int left = sending.watch(ids, grace, status -> {
            String state = status.path("state").asText();
            if (!state.equals("waiting")) {
                terminal.print(json ? Shown.json(status) : line(status));
                dead.addAndGet(state.equals("dead") ? 1 : 0);
            } else if (waiting.add(
                    status.path("id").asText() + " " + status.path("class").asText())) {
                terminal.tell(line(status));
            }
        });
        if (left > 0) {
            terminal.tell(left + " of " + ids.size() + " came to no end within " + grace.toSeconds()
                    + " s; ask 'guestbridge why <id>'");
        }
        return left == 0 && dead.get() == 0 ? Guestbridge.DONE : Guestbridge.NEGATIVE;
    }

    private void print(Channel to, List<String> ids, Terminal terminal) {
        if (json) {
            ObjectNode answer = JsonNodeFactory.instance.objectNode();
            answer.put("channel", to.name()).put("queue", to.inQueue()).put("sent", ids.size());
            ArrayNode all = answer.putArray("ids");
            ids.forEach(all::add);
            terminal.print(Shown.json(answer));
        } else if (ids.size() <= NAMED) {
            ids.forEach(one -> terminal.print(Shown.text(one) + " is on " + to.inQueue()));
        } else {
            terminal.print(ids.size() + " messages are on " + to.inQueue());
        }
    }

    private static String line(JsonNode status) {
        String why =
                status.has("class") ? ", " + Shown.text(status, "class") + ": " + Shown.text(status, "reason") : "";
        String as = status.has("genesysId") ? " as " + Shown.text(status, "genesysId") : "";
        return Shown.text(status, "id") + " " + Shown.text(status, "state") + as + ", attempts "
                + Shown.text(status, "attempts") + why;
    }

    private List<Drafts.Draft> drafts(Settings settings) throws IOException {
        Drafts drafts = new Drafts(
                new GuestMessageReader(settings.home().resolve("config/schemas/guest-message.schema.json")),
                settings.number("message.max-bytes"));
        if (file == null) {
            return List.of(drafts.one(
                    id == null ? "send-" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX) : id,
                    guest,
                    text));
        }
        if (file.equals("-")) {
            return drafts.lines("stdin", System.in);
        }
        try (InputStream lines = Files.newInputStream(Path.of(file))) {
            return drafts.lines(file, lines);
        } catch (IOException | InvalidPathException e) {
            throw new Refused(file + ": can't be read");
        }
    }

    private void demandUsage() {
        if (file == null && (guest == null || text == null)) {
            throw new ParameterException(
                    spec.commandLine(), "what is to be sent? --guest and --text of one message, or a file of them");
        }
        if (file != null && (guest != null || text != null || id != null)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--guest, --text and --id are of one message; the lines of a file name their own");
        }
    }
}
