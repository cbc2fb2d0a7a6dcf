package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.genesys.HttpAnswer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.component.http.HttpEndpoint;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whatever a server answers, a call ends in time, takes little memory, goes nowhere else, and frees its connection. */
@Timeout(120)
@Tag(BridgeUnderTest.OVER_BOTH_TRANSPORTS)
final class UntrustedAnswersTest {

    private static final String OK = "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Type: application/json\r\n";
    private static final int CALL_TIMEOUT_MS = 2_000;
    private static final int LONGEST = 64 * 1024;

    private static BridgeUnderTest bridge;
    private static ProducerTemplate calling;
    private Listener genesys;

    @BeforeAll
    static void start() throws Exception {
        bridge = BridgeUnderTest.start(
                Path.of("."), settings -> settings.with("genesys.call-timeout-ms", CALL_TIMEOUT_MS));
        calling = bridge.bridge().context().createProducerTemplate();
    }

    @AfterAll
    static void stop() throws Exception {
        bridge.close();
    }

    @BeforeEach
    void listen() throws IOException {
        genesys = new Listener();
    }

    /** H32: nothing holds a connection. */
    @AfterEach
    void nothingIsHeld() throws IOException {
        genesys.close();
        await().until(() -> leased() == 0 && genesys.open() == 0);
    }

    /** H10: 300 MB, with and without a length. */
    @Test
    void aLongAnswerIsCutOff() throws Exception {
        byte[] some = "x".repeat(0x10000).getBytes(StandardCharsets.ISO_8859_1);
        for (boolean chunked : new boolean[] {false, true}) {
            AtomicLong written = new AtomicLong();
            String framing = chunked ? "Transfer-Encoding: chunked" : "Content-Length: 314572800";
            genesys.answers(to -> {
                to.write((OK + framing + "\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
                for (int i = 0; i < 4800; i++) {
                    if (chunked) {
                        to.write("10000\r\n".getBytes(StandardCharsets.ISO_8859_1));
                    }
                    to.write(some);
                    if (chunked) {
                        to.write("\r\n".getBytes(StandardCharsets.ISO_8859_1));
                    }
                    written.addAndGet(some.length);
                }
            });
            HttpAnswer answer = (HttpAnswer) call();
            assertThat(answer.status()).isEqualTo(200);
            assertThat(answer.body()).hasSizeLessThanOrEqualTo(LONGEST);
            assertThat(written.get()).as("bytes that were taken").isLessThan(50_000_000);
        }
    }

    /** Checklist 23: nothing is unpacked. */
    @Test
    void aPackedAnswerStaysPacked() throws Exception {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream packing = new GZIPOutputStream(packed)) {
            packing.write(new byte[10_000_000]);
        }
        genesys.answers(to -> {
            to.write((OK + "Content-Encoding: gzip\r\nContent-Length: " + packed.size() + "\r\n\r\n")
                    .getBytes(StandardCharsets.ISO_8859_1));
            to.write(packed.toByteArray());
        });
        assertThat(((HttpAnswer) call()).body()).hasSizeLessThanOrEqualTo(packed.size());
        assertThat(genesys.heard().get(0).toLowerCase(java.util.Locale.ROOT)).doesNotContain("accept-encoding");
    }

    /** H9: an answer that is shorter than it says is none, wherever it ends. */
    @Test
    void aTruncatedAnswerIsNone() {
        String json = "{\"id\":\"" + "x".repeat(191) + "\"}";
        assertThat(json).hasSize(200);
        for (int length = 0; length <= 200; length++) {
            genesys.answers(OK + "Content-Length: 200\r\n\r\n" + json.substring(0, length));
            Object answer = call();
            if (length < 200) {
                assertThat(answer).as("after %d bytes", length).isInstanceOf(IOException.class);
            } else {
                assertThat(((HttpAnswer) answer).body()).isEqualTo(json);
            }
        }
    }

    /** H12, checklist 25: no redirect is followed, and no cookie sent back. */
    @Test
    void nothingGoesElsewhere() throws Exception {
        try (Listener elsewhere = new Listener().answers(OK + "Content-Length: 2\r\n\r\n{}")) {
            for (int status : new int[] {300, 301, 302, 303, 307, 308}) {
                genesys.answers("HTTP/1.1 " + status + " Elsewhere\r\nConnection: close\r\nLocation: " + elsewhere.url()
                        + "/x\r\nSet-Cookie: a=b; Path=/\r\nContent-Length: 0\r\n\r\n");
                assertThat(((HttpAnswer) call()).status()).isEqualTo(status);
            }
            assertThat(elsewhere.heard()).isEmpty();
        }
        assertThat(genesys.heard()).hasSize(6).noneMatch(request -> request.toLowerCase(java.util.Locale.ROOT)
                .contains("cookie"));
    }

    /** H8, G24: fifty answers that drip, each ended by the total deadline. */
    @Test
    void drippingAnswersEnd() throws Exception {
        genesys.answers(to -> {
            to.write((OK + "Content-Length: 100000\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            while (true) {
                to.write(' ');
                to.flush();
                java.util.concurrent.locks.LockSupport.parkNanos(200_000_000L);
            }
        });
        List<CompletableFuture<Object>> calls = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            CompletableFuture<Object> one = new CompletableFuture<>();
            Thread caller = new Thread(() -> one.complete(call()));
            caller.setDaemon(true);
            caller.start();
            calls.add(one);
        }
        for (CompletableFuture<Object> one : calls) {
            assertThat(one.get(60, java.util.concurrent.TimeUnit.SECONDS)).isInstanceOf(IOException.class);
        }
        assertThat(genesys.heard()).hasSize(50);
    }

    /** What the call route makes of it: an answer, or the exception that the call ended in. */
    private Object call() {
        Exchange exchange = calling.request("direct:http", request -> {
            request.getMessage().setHeader("CamelHttpMethod", "POST");
            request.getMessage().setHeader("CamelHttpUri", genesys.url() + "/api");
            request.getMessage().setBody("{}");
        });
        if (exchange.getException() == null) {
            return exchange.getMessage().getBody();
        }
        Throwable cause = exchange.getException();
        while (!(cause instanceof IOException) && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    private static int leased() {
        return bridge.bridge().context().getEndpoints().stream()
                .filter(HttpEndpoint.class::isInstance)
                .mapToInt(endpoint -> ((HttpEndpoint) endpoint).getClientConnectionsPoolStatsLeased())
                .sum();
    }
}
