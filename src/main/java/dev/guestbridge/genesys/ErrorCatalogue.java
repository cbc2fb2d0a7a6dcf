package dev.guestbridge.genesys;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.guestbridge.genesys.ErrorClass.Action;
import dev.guestbridge.genesys.ErrorClass.Radius;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.MessageRefused;
import dev.guestbridge.message.Pause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** The operators' table of what can go wrong with Genesys, how it is told, and what is done about it. */
public final class ErrorCatalogue {

    /** The catalogue has a wrong row; the sentence names file, row and reason. */
    public static final class BadCatalogue extends IllegalArgumentException {
        BadCatalogue(Path file, String where, String reason) {
            super(file + ": " + where + ": " + reason);
        }
    }

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private static final Set<String> FILE_KEYS = Set.of("classes", "signs");
    private static final Set<String> CLASS_KEYS = Set.of(
            "radius",
            "action",
            "attempts",
            "within-ms",
            "wait-ms",
            "threshold",
            "pauses",
            "dead-in",
            "reason",
            "advice");
    private static final Set<String> SIGN_KEYS = Set.of(
            "status",
            "code",
            "text",
            "dialect",
            "call",
            "network",
            "token",
            "scopes",
            "thread-younger-ms",
            "class",
            "because");

    private static final Set<String> MAYBE_TAKEN = Set.of("lost", "unreadable");
    private static final String PAYLOAD_INVALID = "payload-invalid";
    private static final String OUTCOME_UNKNOWN = "outcome-unknown";
    private static final String UNKNOWN = "unknown";
    private static final String MASS_REFUSAL = "mass-refusal";
    private static final Set<Action> AFTER_A_WAIT = Set.of(Action.WAIT, Action.PAUSE);
    private static final String CORRECT_IT =
            "Correct what the reason names at the message's source, and send it again.";

    private final Path file;
    private final Map<String, ErrorClass> classes = new LinkedHashMap<>();
    private final List<Sign> signs = new ArrayList<>();

    /**
     * Reads the catalogue.
     *
     * @throws BadCatalogue when it can't be read or a row is wrong
     */
    public ErrorCatalogue(Path file) {
        this.file = file;
        JsonNode tree;
        try {
            tree = YAML.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new BadCatalogue(
                    file,
                    "line " + e.getLocation().getLineNr(),
                    e.getOriginalMessage().lines().findFirst().orElse("not YAML"));
        } catch (IOException e) {
            throw new BadCatalogue(file, "the file", "can't be read");
        }
        knownKeys("the file", tree, FILE_KEYS);
        tree.path("classes")
                .properties()
                .forEach(row -> classes.put(row.getKey(), errorClass(row.getKey(), row.getValue())));
        for (String needed : List.of(PAYLOAD_INVALID, OUTCOME_UNKNOWN, UNKNOWN, MASS_REFUSAL)) {
            if (!classes.containsKey(needed)) {
                throw new BadCatalogue(file, "classes", "'" + needed + "' is missing; the bridge itself refers to it");
            }
        }
        int number = 0;
        for (JsonNode row : tree.path("signs")) {
            signs.add(sign("signs, row " + ++number, row));
        }
        if (signs.stream().noneMatch(sign -> sign.specificity() == 0)) {
            throw new BadCatalogue(
                    file, "signs", "a last row without conditions is missing, for all that no other tells");
        }
        signs.sort(Comparator.comparingInt(Sign::specificity).reversed());
    }

    /** All classes, in the order of the file. */
    public Collection<ErrorClass> classes() {
        return classes.values();
    }

    /**
     * Tells an answer's class, counts it against the message, and decides.
     *
     * @param delivery the message whose call failed; null when no message is to blame, as for a token call
     */
    GenesysFailure judge(Answer answer, Delivery delivery, Throwable cause) {
        ErrorClass row = classOf(answer);
        Failure failure = new Failure(
                row.name(),
                reason(row, answer, delivery),
                filledIn(row.advice(), answer, delivery),
                answer.status() == 0 ? null : answer.status(),
                answer.code().isEmpty() ? null : answer.code(),
                answer.correlationId());
        Pause pause = row.pause(answer.retryAfterMs());
        if (delivery == null) {
            return new GenesysFailure(row, failure, row.action() != Action.DEAD, pause, pause.waitMs(1), cause);
        }
        if (answer.network() != null
                && MAYBE_TAKEN.contains(answer.network())
                && answer.call().equals("send")) {
            delivery.mayRepeat();
        }
        long now = System.nanoTime();
        Delivery.Streak streak = delivery.failed(failure, now);
        long wait = pause.waitMs(streak.count());
        long spentMs = (now - streak.firstNanos()) / 1_000_000;
        boolean curable = row.action() != Action.DEAD
                && !row.deadIn().contains(delivery.channel().dialect())
                && (row.action() != Action.REOPEN || delivery.reopenable())
                && (row.attempts() == 0 || streak.count() <= row.attempts())
                && (row.withinMs() == 0 || spentMs + wait <= row.withinMs());
        // a wait that Genesys dictated is no failure, and a renewed token's call no guess
        delivery.retries(curable && AFTER_A_WAIT.contains(row.action()) && !pause.asked());
        return new GenesysFailure(row, failure, curable, pause, wait, cause);
    }

    /**
     * The failure of a message that would be dead, if not too many of its channel had died just now.
     *
     * @param judged why it would be dead
     * @param perMinute how many are not too many
     */
    GenesysFailure massRefusal(Delivery delivery, GenesysFailure judged, int perMinute) {
        ErrorClass row = classes.get(MASS_REFUSAL);
        Failure last = judged.getFailure();
        Failure failure = new Failure(
                row.name(),
                row.reason()
                                .replace("<channel>", delivery.channel().name())
                                .replace("<limit>", String.valueOf(perMinute))
                        + " The last one: " + last.errorClass() + ": " + last.reason(),
                row.advice().replace("<channel>", delivery.channel().name()),
                last.status(),
                last.code(),
                last.correlationId());
        delivery.shares(failure);
        delivery.retries(true);
        Pause pause = row.pause(-1);
        Pause untilTaken = new Pause(pause.radius(), pause.threshold(), pause.firstMs(), pause.capMs(), -1, true);
        return new GenesysFailure(row, failure, true, untilTaken, untilTaken.waitMs(1), judged.getCause());
    }

    /**
     * Decides about a message whose sending began before a crash, and may have reached Genesys. One that the bridge
     * died of oftener than once waits, so that what was merely in flight with it comes before it. Who puts a dead letter
     * back has decided about what was in doubt before.
     *
     * @throws GenesysFailure when its dialect's setting is not to send such a message again, or when the bridge died of
     *     it too often
     */
    public void mayRepeat(Delivery delivery) throws GenesysFailure {
        ErrorClass row = classes.get(OUTCOME_UNKNOWN);
        boolean decided = delivery.replays() > 0 && delivery.unfinished() == 0;
        if (delivery.possibleRepeat()
                && !decided
                && row.deadIn().contains(delivery.channel().dialect())) {
            throw dead(delivery, row);
        }
        int deaths = delivery.unfinished();
        if (deaths > 0) {
            ErrorClass fatal = classOf(Answer.died(delivery.channel()));
            if (fatal.attempts() > 0 && deaths > fatal.attempts()) {
                throw dead(delivery, fatal);
            }
            delivery.holdFor(deaths == 1 ? 0 : fatal.pause(-1).waitMs(deaths - 1));
        }
    }

    private ErrorClass classOf(Answer answer) {
        Sign sign = signs.stream().filter(row -> row.holds(answer)).findFirst().orElseThrow();
        return classes.get(sign.errorClass());
    }

    private static GenesysFailure dead(Delivery delivery, ErrorClass row) {
        Failure failure = new Failure(row.name(), row.reason(), row.advice(), null, null, null);
        delivery.failed(failure, System.nanoTime());
        return new GenesysFailure(row, failure, false, row.pause(-1), 0, null);
    }

    /** Keeps that the bridge itself failed on this message: nobody else is to blame. */
    public void broken(Delivery delivery, Exception fault) {
        ErrorClass row = classes.get(UNKNOWN);
        String reason =
                "The bridge itself failed on this message: " + fault.getClass().getSimpleName();
        delivery.shares(new Failure(row.name(), reason, "Report it with the log of deadAt.", null, null, null));
    }

    /** Keeps why a message was refused before it was sent: the class is payload-invalid, the reason the refusal's own. */
    public void refused(Delivery delivery, Throwable refusal) {
        Throwable own = refusal;
        while (!(own instanceof MessageRefused) && own.getCause() != null) {
            own = own.getCause(); // Camel wraps what an expression throws
        }
        ErrorClass row = classes.get(PAYLOAD_INVALID);
        delivery.shares(new Failure(row.name(), own.getMessage(), CORRECT_IT, null, null, null));
    }

    private static String reason(ErrorClass row, Answer answer, Delivery delivery) {
        String said = answer.text().isEmpty() ? "" : " Genesys said: " + answer.text();
        return filledIn(row.reason(), answer, delivery) + said;
    }

    private static String filledIn(String sentence, Answer answer, Delivery delivery) {
        String missing = answer.missingScopes().isEmpty() ? "(unknown)" : answer.missingScopes();
        String known = sentence.replace("<scopes>", missing)
                .replace("<org>", answer.org())
                .replace("<host>", answer.redirectedTo() == null ? "another address" : answer.redirectedTo());
        return delivery == null
                ? known
                : known.replace("<channel>", delivery.channel().name());
    }

    private ErrorClass errorClass(String name, JsonNode row) {
        String where = "class " + name;
        knownKeys(where, row, CLASS_KEYS);
        long[] waits = waits(where, row.path("wait-ms"));
        Radius radius = word(where, row, "radius", Radius.class);
        return new ErrorClass(
                name,
                radius,
                word(where, row, "action", Action.class),
                (int) number(where, row, "attempts"),
                number(where, row, "within-ms"),
                waits[0],
                waits[1],
                (int) Math.max(1, number(where, row, "threshold")),
                row.has("pauses") ? word(where, row, "pauses", Radius.class) : radius,
                words(where, row, "dead-in"),
                sentence(where, row, "reason"),
                sentence(where, row, "advice"));
    }

    private Set<String> words(String where, JsonNode row, String key) {
        JsonNode list = row.path(key);
        if (!list.isMissingNode() && !list.isArray()) {
            throw new BadCatalogue(file, where, "'" + key + "' must be a list, as in [messaging]");
        }
        Set<String> words = new TreeSet<>();
        list.forEach(word -> words.add(word.asText()));
        return words;
    }

    private Sign sign(String where, JsonNode row) {
        knownKeys(where, row, SIGN_KEYS);
        String name = sentence(where, row, "class");
        if (!classes.containsKey(name)) {
            throw new BadCatalogue(file, where, "there is no class '" + name + "'; known: " + classes.keySet());
        }
        int[] status = status(where, row.path("status"));
        return new Sign(
                status[0],
                status[1],
                pattern(where, row, "code"),
                pattern(where, row, "text"),
                text(where, row, "dialect"),
                oneOf(where, row, "call", "open", "send", "receipt", "token"),
                oneOf(where, row, "network", "untrusted", "unreachable", "lost", "unreadable", "foreign", "died"),
                oneOf(where, row, "token", "stale", "fresh", "void", "guest"),
                oneOf(where, row, "scopes", "complete", "missing", "dropped", "unknown"),
                number(where, row, "thread-younger-ms"),
                name,
                sentence(where, row, "because"));
    }

    private void knownKeys(String where, JsonNode row, Set<String> known) {
        row.fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                throw new BadCatalogue(file, where, "unknown key '" + key + "'; known: " + new TreeSet<>(known));
            }
        });
    }

    private String sentence(String where, JsonNode row, String key) {
        if (!row.has(key)) {
            throw new BadCatalogue(file, where, "'" + key + "' is missing");
        }
        if (!row.path(key).isTextual() || row.path(key).asText().isBlank()) {
            throw new BadCatalogue(file, where, "'" + key + "' must be a text");
        }
        return row.path(key).asText().strip();
    }

    /** A condition's text; null when there is no such condition. */
    private String text(String where, JsonNode row, String key) {
        return row.has(key) ? sentence(where, row, key) : null;
    }

    private long number(String where, JsonNode row, String key) {
        JsonNode value = row.path(key);
        if (value.isMissingNode()) {
            return 0;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1) {
            throw new BadCatalogue(file, where, "'" + key + "' must be a whole number above zero");
        }
        return value.asLong();
    }

    private <E extends Enum<E>> E word(String where, JsonNode row, String key, Class<E> words) {
        String[] known = java.util.Arrays.stream(words.getEnumConstants())
                .map(word -> word.name().toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
        sentence(where, row, key);
        return Enum.valueOf(words, oneOf(where, row, key, known).toUpperCase(Locale.ROOT));
    }

    private String oneOf(String where, JsonNode row, String key, String... known) {
        String word = text(where, row, key);
        if (word != null && !List.of(known).contains(word)) {
            throw new BadCatalogue(file, where, "'" + key + "' is '" + word + "'; known: " + List.of(known));
        }
        return word;
    }

    private Pattern pattern(String where, JsonNode row, String key) {
        String regex = text(where, row, key);
        try {
            return regex == null ? null : Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw new BadCatalogue(file, where, "'" + key + "' is no regular expression: " + e.getDescription());
        }
    }

    private long[] waits(String where, JsonNode range) {
        if (range.isMissingNode()) {
            return new long[] {0, 0};
        }
        String[] parts = range.asText().split("\\.\\.", -1);
        try {
            long first = Long.parseLong(parts[0].strip());
            long cap = parts.length == 1 ? first : Long.parseLong(parts[1].strip());
            if (parts.length <= 2 && first >= 0 && cap >= first) {
                return new long[] {first, cap};
            }
        } catch (NumberFormatException notANumber) {
            // told below
        }
        throw new BadCatalogue(file, where, "'wait-ms' must be like 200..5000, the first wait and the longest");
    }

    private int[] status(String where, JsonNode status) {
        if (status.isMissingNode()) {
            return new int[] {0, 0};
        }
        String text = status.asText();
        if (text.matches("[1-5]xx")) {
            int hundred = (text.charAt(0) - '0') * 100;
            return new int[] {hundred, hundred + 99};
        }
        if (text.matches("[1-5]\\d\\d")) {
            return new int[] {Integer.parseInt(text), Integer.parseInt(text)};
        }
        throw new BadCatalogue(file, where, "'status' is '" + text + "'; it must be like 404 or 5xx");
    }
}
