package dev.guestbridge.genesys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.Json;
import dev.guestbridge.message.Meters;
import dev.guestbridge.message.Request;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.net.URI;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Reads how Genesys answered: a yes becomes its JSON, everything else a failure with its class. */
public final class Answers {

    private static final String ALL = "all"; // a refused token stops every channel of its organisation

    private final ErrorCatalogue catalogue;
    private final Organisations organisations;
    private final Tokens tokens;
    private final Scopes scopes;
    private final Refusals refusals;
    private final Meters meters;
    private final Clock clock;
    // by channel and call; looked up in the registry once, for that costs more than to take the time
    private final Map<String, Map<String, Timer>> timers = new ConcurrentHashMap<>();

    public Answers(
            ErrorCatalogue catalogue,
            Organisations organisations,
            Tokens tokens,
            Scopes scopes,
            Refusals refusals,
            Meters meters,
            Clock clock) {
        this.catalogue = catalogue;
        this.organisations = organisations;
        this.tokens = tokens;
        this.scopes = scopes;
        this.refusals = refusals;
        this.meters = meters;
        this.clock = clock;
    }

    /** What HTTP brought, in one piece. */
    public HttpAnswer heard(int status, Map<String, Object> headers, String body) {
        return HttpAnswer.of(status, headers, body);
    }

    /**
     * A call begins; its time is taken.
     *
     * @param headers of the Camel message that is the request
     * @param call open, send or receipt
     */
    public void awaited(Map<String, Object> headers, Delivery delivery, String call, Request request) {
        delivery.callStarts();
        URI api = organisations.named(delivery.channel().org()).apiUrl();
        headers.putAll(delivery.trace().calls(call, request, api, delivery.attempts()));
    }

    /** Whether the token must be looked into before the answer can be judged: a newer one won't cure the refusal. */
    public boolean isUnclear(Delivery delivery, Token token, HttpAnswer answer) {
        delivery.trace().answered();
        return answer.isRefusal()
                && !token.isGuests()
                && !tokens.mayRenew(delivery.channel().org(), token);
    }

    /**
     * A refusal, with what Genesys says of the token that was refused.
     *
     * @param refusal the answer that can't be judged without
     * @param said what Genesys said of the token
     */
    public HttpAnswer lookedInto(HttpAnswer refusal, HttpAnswer said) {
        if (said.status() == 401) {
            return refusal.withVoidToken();
        }
        JsonNode json = jsonOrNull(said.body());
        if (!said.isYes() || json == null) {
            return refusal;
        }
        Set<String> granted = new TreeSet<>();
        json.path("authorizedScope").forEach(scope -> granted.add(scope.asText()));
        granted.addAll(List.of(json.path("scope").asText("").strip().split("\\s+")));
        granted.remove("");
        boolean tellsScopes = json.has("scope") || json.has("authorizedScope");
        return tellsScopes ? refusal.withGranted(granted) : refusal;
    }

    /**
     * The answer to an opening or a sending.
     *
     * @param call open or send
     * @param thread what was known of the guest's thread; may be null
     * @param token what the call was made with
     * @return the answer's JSON; an empty object for a yes without a body; of one that is longer than what is read of it the
     *     texts that came before
     * @throws GenesysFailure for anything but a yes
     */
    public JsonNode read(Delivery delivery, String call, GuestThread thread, Token token, HttpAnswer http)
            throws GenesysFailure {
        delivery.comesTo(Delivery.Step.END);
        timer(delivery.channel(), call).record(delivery.callNanos(), TimeUnit.NANOSECONDS);
        JsonNode json = http.isCutOff() ? beginningOrNull(http.body()) : jsonOrNull(http.body());
        boolean empty = http.body() == null || http.body().isBlank();
        if (http.isYes() && (json != null || empty)) {
            delivery.trace().callEnds(http.status(), null, correlationId(http, json));
            if (call.equals("send")) {
                refusals.taken(delivery.channel().name());
            }
            return json == null ? JsonNodeFactory.instance.objectNode() : json;
        }
        String dialect = delivery.channel().dialect();
        String aboutToken = aboutToken(delivery.channel().org(), token, http);
        String aboutScopes = "fresh".equals(aboutToken)
                ? aboutScopes(delivery, call, isForeign(http, json) ? null : http.granted())
                : null;
        if (aboutScopes != null && !aboutScopes.equals("complete")) {
            // a token's scopes are settled when it is made: whoever tries again needs a new one to see a change
            tokens.replace(delivery.channel().org(), token);
        }
        Set<String> missing =
                http.granted() == null ? scopes.of(dialect, call) : scopes.missing(dialect, call, http.granted());
        throw failed(
                delivery,
                new Answer(
                        delivery.channel().org(),
                        call,
                        dialect,
                        http.status(),
                        network(http, json),
                        code(json),
                        text(json),
                        aboutToken,
                        aboutScopes,
                        String.join(" ", missing),
                        ageOf(thread),
                        retryAfterMs(http),
                        redirectedTo(http),
                        correlationId(http, json)),
                null);
    }

    private Timer timer(Channel channel, String call) {
        Map<String, Timer> ofChannel = timers.get(channel.name());
        Timer known = ofChannel == null ? null : ofChannel.get(call);
        return known != null
                ? known
                : timers.computeIfAbsent(channel.name(), name -> new ConcurrentHashMap<>())
                        .computeIfAbsent(call, name -> Timer.builder("genesys.guest.message.send")
                                .tags("org", channel.org(), "channel", channel.name(), "call", name)
                                .register(meters.registry()));
    }

    private String aboutToken(String org, Token token, HttpAnswer http) {
        if (!http.isRefusal()) {
            return null;
        }
        if (token.isGuests()) {
            return "guest";
        }
        if (http.tokenVoid()) {
            boolean hopeless = tokens.isDroppedTooOften(org);
            tokens.drop(org, token);
            return hopeless ? "void" : "stale";
        }
        return http.granted() == null && tokens.mayRenew(org, token) ? "stale" : "fresh";
    }

    private String aboutScopes(Delivery delivery, String call, Set<String> granted) {
        if (granted == null) {
            return "unknown";
        }
        Set<String> missing = scopes.missing(delivery.channel().dialect(), call, granted);
        if (missing.isEmpty()) {
            return "complete";
        }
        return organisations.named(delivery.channel().org()).asksFor(missing) ? "dropped" : "missing";
    }

    /** Genesys' id of a message that it took; null when its answer gives none. */
    public String messageId(JsonNode answer) {
        return answer.path("id").isTextual() ? shortened(answer.path("id").asText()) : null;
    }

    /**
     * The failure of an opening that Genesys said yes to in a way that can't be read.
     *
     * @throws GenesysFailure always
     */
    public void unreadable(Delivery delivery, Exception cause) throws GenesysFailure {
        throw failed(delivery, noAnswer(delivery, "open", "unreadable", null), cause);
    }

    /**
     * The failure that a call ended in which brought no answer.
     *
     * @throws GenesysFailure always
     */
    public void lost(Delivery delivery, String call, GuestThread thread, Exception cause) throws GenesysFailure {
        delivery.comesTo(Delivery.Step.END);
        throw failed(delivery, noAnswer(delivery, call, network(cause), thread), cause);
    }

    /**
     * The token that the token endpoint's answer brings.
     *
     * @throws GenesysFailure for anything but a token
     */
    public Token token(String org, HttpAnswer http) throws GenesysFailure {
        JsonNode json = jsonOrNull(http.body());
        Token token = http.isYes() && json != null ? tokens.read(org, json) : null;
        if (token != null) {
            return token;
        }
        throw tokenFailed(
                new Answer(
                        org,
                        "token",
                        null,
                        http.status(),
                        http.isYes() ? "unreadable" : null,
                        code(json),
                        text(json),
                        null,
                        null,
                        "",
                        -1,
                        retryAfterMs(http),
                        redirectedTo(http),
                        correlationId(http, json)),
                null);
    }

    /**
     * The failure that a token call ended in which brought no answer.
     *
     * @throws GenesysFailure always
     */
    public void tokenLost(String org, Exception cause) throws GenesysFailure {
        throw tokenFailed(
                new Answer(org, "token", null, 0, network(cause), "", "", null, null, "", -1, -1, null, null), cause);
    }

    private GenesysFailure failed(Delivery delivery, Answer answer, Exception cause) {
        GenesysFailure judged = catalogue.judge(answer, delivery, cause);
        boolean dies = !judged.isCurable() && answer.status() != 0 && !delivery.carriesReceipt();
        GenesysFailure failure = dies && !refusals.mayDie(delivery.channel().name())
                ? catalogue.massRefusal(delivery, judged, refusals.perMinute())
                : judged;
        Failure told = failure.getFailure();
        delivery.trace().callEnds(told.status(), told.errorClass(), told.correlationId());
        count(
                delivery.channel().org(),
                delivery.channel().name(),
                delivery.channel().dialect(),
                failure);
        return failure;
    }

    private GenesysFailure tokenFailed(Answer answer, Exception cause) {
        GenesysFailure failure = catalogue.judge(answer, null, cause);
        count(answer.org(), ALL, ALL, failure);
        return failure;
    }

    private void count(String org, String channel, String dialect, GenesysFailure failure) {
        Integer status = failure.getFailure().status();
        Tags tags = Tags.of("org", org, "channel", channel, "dialect", dialect)
                .and("class", failure.getFailure().errorClass())
                .and("status", status == null ? "none" : status.toString());
        meters.registry().counter("genesys.guest.message.send.error", tags).increment();
    }

    private Answer noAnswer(Delivery delivery, String call, String network, GuestThread thread) {
        String org = delivery.channel().org();
        String dialect = delivery.channel().dialect();
        return new Answer(org, call, dialect, 0, network, "", "", null, null, "", ageOf(thread), -1, null, null);
    }

    private long ageOf(GuestThread thread) {
        return thread == null || thread.openedAt() == null
                ? -1
                : Duration.between(thread.openedAt(), clock.instant()).toMillis();
    }

    private static String code(JsonNode json) {
        return firstText(json, "code", "error");
    }

    private static String text(JsonNode json) {
        return firstText(json, "message", "error_description", "description");
    }

    private static String firstText(JsonNode json, String... fields) {
        for (String field : fields) {
            if (json != null && json.path(field).isTextual()) {
                return shortened(json.path(field).asText());
            }
        }
        return "";
    }

    // answers are not trusted: what goes on into statuses and logs is one short line
    private static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= 500 ? line : line.substring(0, 500) + "…";
    }

    private static String correlationId(HttpAnswer http, JsonNode json) {
        for (String name : List.of("inin-correlation-id", "x-request-id")) {
            if (http.header(name) != null) {
                return shortened(http.header(name));
            }
        }
        String contextId = firstText(json, "contextId");
        return contextId.isEmpty() ? null : contextId;
    }

    private long retryAfterMs(HttpAnswer http) {
        return RetryAfter.millis(http, clock.instant());
    }

    private static String redirectedTo(HttpAnswer http) {
        if (http.status() < 300 || http.status() > 399) {
            return null;
        }
        try {
            String host = http.header("Location") == null
                    ? null
                    : URI.create(http.header("Location").strip()).getHost();
            return host == null ? "an address that it doesn't name" : shortened(host);
        } catch (IllegalArgumentException notAnAddress) {
            return "an address that can't be read";
        }
    }

    /** Whether an answer that isn't a yes comes from something on the way: Genesys speaks JSON, or says nothing. */
    private static boolean isForeign(HttpAnswer http, JsonNode json) {
        return !http.isYes() && http.body() != null && !http.body().isBlank() && (json == null || !json.isObject());
    }

    private static String network(HttpAnswer http, JsonNode json) {
        if (http.isYes()) {
            return "unreadable";
        }
        return isForeign(http, json) && !http.isRefusal() ? "foreign" : null;
    }

    private static String network(Throwable cause) {
        if (!(cause instanceof NotConnected)) {
            return "lost";
        }
        for (Throwable one = cause.getCause(); one != null; one = one.getCause()) {
            if (one instanceof CertificateException || one instanceof SSLPeerUnverifiedException) {
                return "untrusted";
            }
        }
        return "unreachable";
    }

    private static JsonNode jsonOrNull(String body) {
        try {
            return body == null ? null : Json.read(body);
        } catch (Json.Unreadable notJson) {
            return null;
        }
    }

    // Genesys answers with what it was told, which may be long: that doesn't make a yes less of one
    private static JsonNode beginningOrNull(String body) {
        try {
            return Json.readBeginning(body);
        } catch (Json.Unreadable notJson) {
            return null;
        }
    }
}
