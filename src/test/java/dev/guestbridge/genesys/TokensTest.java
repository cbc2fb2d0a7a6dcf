package dev.guestbridge.genesys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.VirtualTime;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TokensTest {

    private static final Organisation MAIN = new Organisation(
            "main", URI.create("http://api"), URI.create("http://login"), "id", () -> "secret", "", () -> null, 300);

    private final VirtualTime time = new VirtualTime();
    private final ErrorCatalogue catalogue = new ErrorCatalogue(Path.of("config/error-classes.yaml"));
    private final AtomicInteger asked = new AtomicInteger();
    private final Tokens tokens = new Tokens(
            new Organisations(List.of(MAIN)),
            org -> {
                asked.incrementAndGet();
                return answer();
            },
            time.clock(),
            time);
    private GenesysFailure refusal;

    private CompletableFuture<Token> answer() {
        if (refusal != null) {
            return CompletableFuture.failedFuture(refusal);
        }
        var now = time.clock().instant();
        return CompletableFuture.completedFuture(
                new Token("t", asked.get(), now, now.plusSeconds(800), now.plusSeconds(1000), Set.of(), false));
    }

    private GenesysFailure refused(int status, long retryAfterMs) {
        Answer answer =
                new Answer("main", "token", null, status, null, "", "", null, null, "", -1, retryAfterMs, null, null);
        return catalogue.judge(answer, null, null);
    }

    private CompletableFuture<Token> bearer() {
        return tokens.bearer("main", null).toCompletableFuture();
    }

    @Test
    void aTokenThatIsStillGoodIsUsedWhileItCannotBeRenewedAndTheEndpointIsSpared() {
        bearer();
        time.pass(Duration.ofSeconds(810).toMillis());
        refusal = refused(503, -1);
        for (int second = 0; second < 180; second++) {
            assertThat(bearer()).isCompletedWithValueMatching(token -> token.serial() == 1);
            time.pass(1000);
        }
        assertThat(asked.get() - 1).as("tries to renew in three minutes").isBetween(20, 45);
        refusal = null;
        time.pass(8000);
        bearer();
        assertThat(bearer()).isCompletedWithValueMatching(token -> token.serial() > 1);
    }

    @Test
    void theEndpointIsNotAskedBeforeItsRetryAfterIsOverAlsoWhenTheTokenExpires() {
        bearer();
        time.pass(Duration.ofSeconds(990).toMillis());
        refusal = refused(429, 60_000);
        bearer();
        assertThat(asked).hasValue(2);
        time.pass(20_000);
        assertThat(bearer()).isCompletedExceptionally();
        assertThat(bearer().handle((token, failure) ->
                        ((GenesysFailure) failure).getPause().waitMs(1)))
                .as("the rest of the time")
                .isCompletedWithValue(40_000L);
        assertThat(asked).hasValue(2);
        refusal = null;
        time.pass(40_000);
        assertThat(bearer()).isCompleted().isNotCompletedExceptionally();
        assertThat(asked).hasValue(3);
    }
}
