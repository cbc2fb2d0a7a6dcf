package dev.guestbridge.genesys;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Request;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** Each organisation's token: one for all routes, asked for once however many calls wait, renewed ahead of expiry. */
public final class Tokens {

    private static final Duration DEFAULT_LIFE = Duration.ofSeconds(300);
    private static final Duration SHORTEST_LIFE = Duration.ofSeconds(30);
    private static final Duration LONGEST_LIFE = Duration.ofHours(48);
    private static final double RENEW_AT = 0.8;
    private static final Duration JUST_NOW = Duration.ofSeconds(10);
    private static final Duration A_WHILE = Duration.ofMinutes(1);
    private static final int RENEWALS_IN_A_WHILE = 5;

    private final Organisations organisations;
    private final Clock clock;
    private final Executor workers;
    private final AtomicLong serials = new AtomicLong();
    private final Map<String, Token> current = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<Token>> asked = new ConcurrentHashMap<>();
    private final Map<String, Deque<Instant>> drops = new ConcurrentHashMap<>();
    private final Map<String, Setback> setbacks = new ConcurrentHashMap<>();
    private final Set<String> refused = ConcurrentHashMap.newKeySet();
    private final Function<String, CompletableFuture<Token>> endpoint;

    /**
     * That the endpoint gave no token.
     *
     * @param count how often in a row
     * @param until before when a token that is still good isn't renewed
     */
    private record Setback(GenesysFailure failure, int count, Instant until) {}

    /**
     * @param endpoint asks an organisation's token endpoint
     * @param workers run what comes after a wait
     */
    public Tokens(
            Organisations organisations,
            Function<String, CompletableFuture<Token>> endpoint,
            Clock clock,
            Executor workers) {
        this.organisations = organisations;
        this.endpoint = endpoint;
        this.workers = workers;
        this.clock = clock;
    }

    /**
     * The token to call with: the guest's own if the request names one, else the organisation's.
     *
     * @return completes with a {@link GenesysFailure} when the token endpoint refuses
     */
    public CompletionStage<Token> bearer(Channel channel, Request request) {
        return of(channel.org(), request.guestToken());
    }

    CompletionStage<Token> of(String org, String guestToken) {
        if (guestToken != null) {
            return CompletableFuture.completedFuture(Token.ofGuest(guestToken));
        }
        Token token = current.get(org);
        Instant now = clock.instant();
        Setback setback = setbacks.get(org);
        boolean tooEarly = setback != null && now.isBefore(setback.until());
        if (token == null || !now.isBefore(token.expiresAt())) {
            return tooEarly && setback.failure().getPause().asked()
                    ? CompletableFuture.failedFuture(setback.failure()
                            .withRest(Duration.between(now, setback.until()).toMillis()))
                    : ask(org);
        }
        if (now.isAfter(token.renewAt()) && !tooEarly) {
            ask(org);
        }
        return CompletableFuture.completedFuture(token);
    }

    /** How long ago an organisation's token was asked for; zero when there is none. */
    public Duration age(String org) {
        Token token = current.get(org);
        return token == null ? Duration.ZERO : Duration.between(token.issuedAt(), clock.instant());
    }

    /** How long an organisation's token is still good; zero when there is none. */
    public Duration remaining(String org) {
        Token token = current.get(org);
        Duration left = token == null ? Duration.ZERO : Duration.between(clock.instant(), token.expiresAt());
        return left.isNegative() ? Duration.ZERO : left;
    }

    private void setBack(String org, GenesysFailure failure) {
        setbacks.compute(org, (name, last) -> {
            int count = last == null ? 1 : last.count() + 1;
            return new Setback(
                    failure,
                    count,
                    clock.instant().plusMillis(failure.getPause().probeMs(count)));
        });
    }

    /** Drops a refused token, unless a newer one has taken its place. */
    public void drop(String org, Token token) {
        if (replace(org, token)) {
            drops.computeIfAbsent(org, name -> new ConcurrentLinkedDeque<>()).add(clock.instant());
        }
    }

    /**
     * Drops a token whose scopes aren't enough, so that a change of them shows in the next one.
     *
     * @return whether it was the newest
     */
    boolean replace(String org, Token token) {
        boolean newest = current.remove(org, token);
        if (newest) {
            refused.add(org);
        }
        return newest;
    }

    /**
     * Drops the token because something was changed at Genesys: what it may was settled when it was made, so that only the next
     * one, asked for by the next call, shows the change.
     */
    public void renew(String org) {
        Token token = current.get(org);
        if (token != null) {
            replace(org, token);
        }
    }

    /** Whether refused tokens were dropped so often of late that yet another new one won't help. */
    boolean isDroppedTooOften(String org) {
        Deque<Instant> times = drops.getOrDefault(org, new ConcurrentLinkedDeque<>());
        Instant before = clock.instant().minus(A_WHILE);
        times.removeIf(time -> time.isBefore(before));
        return times.size() >= RENEWALS_IN_A_WHILE;
    }

    /**
     * Whether a newer token may cure a refusal: this one isn't the newest, or the newest wasn't asked for because of a
     * refusal just now. So a wave of refusals costs one renewal, and refusals that no token cures one in ten seconds.
     */
    boolean mayRenew(String org, Token token) {
        return !token.equals(current.get(org))
                || !token.afterRefusal()
                || token.issuedAt().plus(JUST_NOW).isBefore(clock.instant());
    }

    private CompletableFuture<Token> ask(String org) {
        CompletableFuture<Token> mine = new CompletableFuture<>();
        CompletableFuture<Token> others = asked.putIfAbsent(org, mine);
        if (others != null) {
            return others;
        }
        endpoint.apply(org)
                .whenCompleteAsync(
                        (token, failure) -> {
                            if (token != null) {
                                current.put(org, token);
                                setbacks.remove(org);
                            } else if (rootOf(failure) instanceof GenesysFailure refusal) {
                                setBack(org, refusal);
                            }
                            asked.remove(org, mine);
                            if (failure == null) {
                                mine.complete(token);
                            } else {
                                mine.completeExceptionally(rootOf(failure));
                            }
                        },
                        workers);
        return mine;
    }

    private static Throwable rootOf(Throwable failure) {
        Throwable root = failure;
        while (root.getCause() != null && !(root instanceof GenesysFailure)) {
            root = root.getCause();
        }
        return root;
    }

    /** The form that asks for an organisation's token. */
    public String form(String org) {
        String scope = organisations.named(org).scope();
        String form = "grant_type=client_credentials";
        return scope.isBlank() ? form : form + "&scope=" + URLEncoder.encode(scope.strip(), StandardCharsets.UTF_8);
    }

    /** The Authorization header that asks for an organisation's token. */
    public String credentials(String org) {
        Organisation organisation = organisations.named(org);
        String pair =
                organisation.clientId() + ":" + organisation.clientSecret().get();
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The token that the endpoint's answer brings.
     *
     * @return null when there is none in it that could stand in a header
     */
    Token read(String org, JsonNode answer) {
        String value = answer.path("access_token").asText("");
        if (value.isEmpty() || !value.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
            return null;
        }
        Duration life = lifeOf(answer.path("expires_in"));
        Instant now = clock.instant();
        String scopes = answer.path("scope").asText("").strip();
        return new Token(
                value,
                serials.incrementAndGet(),
                now,
                now.plusMillis((long) (life.toMillis() * RENEW_AT)),
                now.plus(life),
                scopes.isEmpty() ? Set.of() : Set.copyOf(List.of(scopes.split("\\s+"))),
                refused.remove(org));
    }

    private static Duration lifeOf(JsonNode expiresIn) {
        long seconds = expiresIn.asLong(0);
        if (seconds <= 0) {
            return DEFAULT_LIFE;
        }
        Duration life = Duration.ofSeconds(Math.min(seconds, LONGEST_LIFE.toSeconds()));
        return life.compareTo(SHORTEST_LIFE) < 0 ? SHORTEST_LIFE : life;
    }
}
