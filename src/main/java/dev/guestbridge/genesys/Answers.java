package dev.guestbridge.genesys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.Meters;
import dev.guestbridge.message.Request;
import java.net.URI;
import java.security.cert.CertificateException;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;

/** Reads how Genesys answered: a yes becomes its JSON, everything else a failure with its class. */
public final class Answers {

    private final ErrorCatalogue catalogue;
    private final Organisations organisations;
    private final Tokens tokens;
    private final Scopes scopes;
    private final Refusals refusals;
    private final CallMeters meters;
    private final Clock clock;
    private final Poison poison;

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
        this.meters = new CallMeters(meters);
        this.clock = clock;
        this.poison = new Poison(clock);
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
        Set<String> granted = said.isYes() ? Said.by(said).scopes() : null;
        return granted == null ? refusal : refusal.withGranted(granted);
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
        meters.answered(delivery.channel(), call, delivery.callNanos());
        Said said = Said.asFarAsRead(http);
        if (said.isPlainYes()) {
            delivery.trace().callEnds(http.status(), null, said.correlationId());
            if (call.equals("send") && !delivery.yields()) { // that a guest types is taken where what it says isn't
                refusals.taken(delivery.channel().name());
            }
            if (!call.equals("open")) {
                poison.taken(delivery);
            }
            return said.json() == null ? JsonNodeFactory.instance.objectNode() : said.json();
        }
        String dialect = delivery.channel().dialect();
        String aboutToken = aboutToken(delivery.channel().org(), token, http);
        String aboutScopes = "fresh".equals(aboutToken)
                ? aboutScopes(delivery, call, said.isForeign() ? null : http.granted())
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
                        said.network(),
                        said.code(),
                        said.text(),
                        aboutToken,
                        aboutScopes,
                        String.join(" ", missing),
                        ageOf(thread),
                        RetryAfter.millis(http, clock.instant()),
                        said.redirectedTo(),
                        said.correlationId()),
                null);
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
        return answer.path("id").isTextual() ? Said.shortened(answer.path("id").asText()) : null;
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
        Said said = Said.by(http);
        Token token = http.isYes() && said.json() != null ? tokens.read(org, said.json()) : null;
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
                        said.code(),
                        said.text(),
                        null,
                        null,
                        "",
                        -1,
                        RetryAfter.millis(http, clock.instant()),
                        said.redirectedTo(),
                        said.correlationId()),
                null);
    }

    /**
     * The failure that a token call ended in which brought no answer.
     *
     * @throws GenesysFailure always
     */
    public void tokenLost(String org, Exception cause) throws GenesysFailure {
        throw tokenFailed(Answer.none(org, "token", null, network(cause), -1), cause);
    }

    private GenesysFailure failed(Delivery delivery, Answer answer, Exception cause) {
        GenesysFailure judged = judged(answer, delivery, cause);
        boolean dies = !judged.isCurable() && answer.status() != 0 && !delivery.carriesReceipt();
        GenesysFailure failure = dies && !refusals.mayDie(delivery.channel().name())
                ? catalogue.massRefusal(delivery, judged, refusals.perMinute())
                : judged;
        Failure told = failure.getFailure();
        delivery.trace().callEnds(told.status(), told.errorClass(), told.correlationId());
        meters.failed(delivery.channel(), told);
        return failure;
    }

    // what isn't paused for at the first failure may be the message's own
    private GenesysFailure judged(Answer answer, Delivery delivery, Exception cause) {
        GenesysFailure judged = catalogue.judge(answer, delivery, cause);
        ErrorClass row = catalogue.poison();
        boolean ofItsOwn =
                row != null && judged.isCurable() && judged.errorClass().threshold() > 1;
        return ofItsOwn && poison.kills(delivery, row.attempts(), row.withinMs())
                ? catalogue.poisoned(delivery, judged)
                : judged;
    }

    private GenesysFailure tokenFailed(Answer answer, Exception cause) {
        GenesysFailure failure = catalogue.judge(answer, null, cause);
        meters.tokenFailed(answer.org(), failure.getFailure());
        return failure;
    }

    private Answer noAnswer(Delivery delivery, String call, String network, GuestThread thread) {
        Channel channel = delivery.channel();
        return Answer.none(channel.org(), call, channel.dialect(), network, ageOf(thread));
    }

    private long ageOf(GuestThread thread) {
        return thread == null || thread.openedAt() == null
                ? -1
                : Duration.between(thread.openedAt(), clock.instant()).toMillis();
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
}
