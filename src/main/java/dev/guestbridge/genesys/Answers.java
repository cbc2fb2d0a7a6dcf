package dev.guestbridge.genesys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.Json;
import dev.guestbridge.message.Meters;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.core5.http.ConnectionRequestTimeoutException;

/** Reads how Genesys answered: a yes becomes its JSON, everything else a failure with its class. */
public final class Answers {

    private static final List<Class<? extends IOException>> BEFORE_THE_REQUEST = List.of(
            ConnectException.class,
            NoRouteToHostException.class,
            UnknownHostException.class,
            ConnectTimeoutException.class,
            ConnectionRequestTimeoutException.class,
            SSLHandshakeException.class);

    private final ErrorCatalogue catalogue;
    private final Tokens tokens;
    private final Meters meters;
    private final Clock clock;

    public Answers(ErrorCatalogue catalogue, Tokens tokens, Meters meters, Clock clock) {
        this.catalogue = catalogue;
        this.tokens = tokens;
        this.meters = meters;
        this.clock = clock;
    }

    /**
     * The answer to an opening or a sending.
     *
     * @param call open or send
     * @param thread what was known of the guest's thread; may be null
     * @param token what the call was made with
     * @return the answer's JSON; an empty object for a yes without a body
     * @throws GenesysFailure for anything but a yes
     */
    public JsonNode read(
            Delivery delivery,
            String call,
            GuestThread thread,
            Token token,
            int status,
            Map<String, Object> headers,
            String body)
            throws GenesysFailure {
        Timer.builder("genesys.guest.message.send")
                .tags(
                        "org",
                        delivery.channel().org(),
                        "channel",
                        delivery.channel().name(),
                        "call",
                        call)
                .register(meters.registry())
                .record(Duration.ofNanos(delivery.callNanos()));
        JsonNode json = jsonOrNull(body);
        boolean yes = status >= 200 && status <= 299;
        if (yes && (json != null || body == null || body.isBlank())) {
            return json == null ? JsonNodeFactory.instance.objectNode() : json;
        }
        String aboutTheToken =
                status != 401 || token.serial() == 0 ? null : delivery.tokenRefused(token.serial()) ? "fresh" : "stale";
        String network = yes ? "unreadable" : null;
        throw failed(delivery, answer(delivery, call, thread, status, network, aboutTheToken, json, headers), null);
    }

    /** Genesys' id of a message that it took; null when its answer gives none. */
    public String messageId(JsonNode answer) {
        return answer.path("id").isTextual() ? shortened(answer.path("id").asText()) : null;
    }

    /** A call begins; its time is taken. */
    public void awaited(Delivery delivery) {
        delivery.callStarts();
    }

    /**
     * The failure of an opening that Genesys said yes to in a way that can't be read.
     *
     * @throws GenesysFailure always
     */
    public void unreadable(Delivery delivery, Exception cause) throws GenesysFailure {
        throw failed(delivery, answer(delivery, "open", null, 200, "unreadable", null, null, Map.of()), cause);
    }

    /**
     * The failure that a call ended in which brought no answer.
     *
     * @throws GenesysFailure always
     */
    public void lost(Delivery delivery, String call, GuestThread thread, Exception cause) throws GenesysFailure {
        String network = network(cause);
        throw failed(delivery, answer(delivery, call, thread, 0, network, null, null, Map.of()), cause);
    }

    /**
     * The token that the token endpoint's answer brings.
     *
     * @throws GenesysFailure for anything but a token
     */
    public Token token(int status, Map<String, Object> headers, String body) throws GenesysFailure {
        JsonNode json = jsonOrNull(body);
        Token token = status == 200 && json != null ? tokens.read(json) : null;
        if (token != null) {
            return token;
        }
        String network = status >= 200 && status <= 299 ? "unreadable" : null;
        throw catalogue.judge(answer(null, "token", null, status, network, null, json, headers), null, null);
    }

    /**
     * The failure that a token call ended in which brought no answer.
     *
     * @throws GenesysFailure always
     */
    public void tokenLost(Exception cause) throws GenesysFailure {
        throw catalogue.judge(answer(null, "token", null, 0, network(cause), null, null, Map.of()), null, cause);
    }

    private GenesysFailure failed(Delivery delivery, Answer answer, Exception cause) {
        GenesysFailure failure = catalogue.judge(answer, delivery, cause);
        count(delivery, failure);
        return failure;
    }

    private void count(Delivery delivery, GenesysFailure failure) {
        Integer status = failure.getFailure().status();
        meters.registry()
                .counter(
                        "genesys.guest.message.send.error",
                        "org",
                        delivery.channel().org(),
                        "channel",
                        delivery.channel().name(),
                        "dialect",
                        delivery.channel().dialect(),
                        "class",
                        failure.getFailure().errorClass(),
                        "status",
                        status == null ? "none" : status.toString())
                .increment();
    }

    private Answer answer(
            Delivery delivery,
            String call,
            GuestThread thread,
            int status,
            String network,
            String token,
            JsonNode json,
            Map<String, Object> rawHeaders) {
        Map<String, Object> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        headers.putAll(rawHeaders);
        JsonNode error = json == null ? JsonNodeFactory.instance.objectNode() : json;
        Instant opened = thread == null ? null : thread.openedAt();
        return new Answer(
                call,
                delivery == null ? null : delivery.channel().dialect(),
                status,
                network,
                shortened(firstText(error, "code", "error")),
                shortened(firstText(error, "message", "error_description", "description")),
                token,
                opened == null ? -1 : Duration.between(opened, clock.instant()).toMillis(),
                retryAfterMs(headers),
                correlationId(headers, error));
    }

    private static String firstText(JsonNode error, String... fields) {
        for (String field : fields) {
            if (error.path(field).isTextual()) {
                return error.path(field).asText();
            }
        }
        return "";
    }

    // answers are not trusted: what goes on into statuses and logs is one short line
    private static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= 500 ? line : line.substring(0, 500) + "…";
    }

    private static String correlationId(Map<String, Object> headers, JsonNode error) {
        for (String name : List.of("inin-correlation-id", "x-request-id")) {
            if (headers.get(name) != null) {
                return shortened(headers.get(name).toString());
            }
        }
        return error.path("contextId").isTextual()
                ? shortened(error.path("contextId").asText())
                : null;
    }

    /** Retry-After in milliseconds, in seconds or as a date against the answer's own Date; negative when unreadable. */
    private long retryAfterMs(Map<String, Object> headers) {
        Object value = headers.get("Retry-After");
        if (value == null) {
            return -1;
        }
        String text = value.toString().strip();
        if (text.matches("\\d{1,9}")) {
            return Math.max(1000, Long.parseLong(text) * 1000);
        }
        Instant until = httpDate(text);
        Instant now = httpDate(String.valueOf(headers.get("Date")));
        if (until == null) {
            return -1;
        }
        return Math.max(
                1000,
                Duration.between(now == null ? clock.instant() : now, until).toMillis());
    }

    private static Instant httpDate(String text) {
        try {
            return ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant();
        } catch (DateTimeException notADate) {
            return null;
        }
    }

    private static String network(Throwable cause) {
        return BEFORE_THE_REQUEST.stream().anyMatch(kind -> kind.isInstance(cause)) ? "unreachable" : "lost";
    }

    private static JsonNode jsonOrNull(String body) {
        try {
            return body == null ? null : Json.read(body);
        } catch (Json.Unreadable notJson) {
            return null;
        }
    }
}
