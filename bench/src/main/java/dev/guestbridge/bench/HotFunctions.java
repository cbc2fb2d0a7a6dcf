package dev.guestbridge.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guestbridge.dialect.ExternalThreads;
import dev.guestbridge.dialect.OpenMessaging;
import dev.guestbridge.genesys.Classification;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.GuestMessageReader;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.MessageRefused;
import dev.guestbridge.webhook.Signatures;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The pure functions that run for each message or webhook. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HotFunctions {

    private static final Channel WHATSAPP = new Channel("whatsapp", "open-messaging", "main", "int-whatsapp", null);
    private static final Channel MOBILE = new Channel("mobile", "external-threads", "main", "int-mobile", null);
    private static final Instant NOW = Instant.parse("2026-11-21T10:15:30Z");
    private static final String TYPICAL =
            """
            {"id":"m-4711","guest":{"externalId":"guest-4711","name":"Ada Lovelace","email":"ada@example.org"},\
            "text":"My flight is late, can you keep the room until midnight please?",\
            "attributes":{"booking":"B-20261121-7","language":"en"},"sentAt":"2026-11-21T10:15:30.123Z"}""";

    private final OpenMessaging openMessaging = new OpenMessaging();
    private final ExternalThreads externalThreads = new ExternalThreads();
    private final Classification classification = new Classification();
    private final GuestMessageReader reader =
            new GuestMessageReader(Path.of("config/schemas/guest-message.schema.json"));
    private final GuestMessage message = read();
    private final GuestThread thread = GuestThread.of("guest-4711");
    private final Signatures signatures = new Signatures();
    private final byte[] webhook = "x".repeat(1_024).getBytes(UTF_8);
    private final List<String> secrets = List.of(Webhook.SECRET);
    private final String signature = signature();

    private String signature() {
        try {
            return Webhook.signature(webhook);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Reading a guest message of 280 characters, the schema's look at it included. */
    @Benchmark
    public GuestMessage read() {
        try {
            return reader.parse(TYPICAL, "bus-1", NOW);
        } catch (MessageRefused e) {
            throw new IllegalStateException(e);
        }
    }

    @Benchmark
    public String fingerprint() {
        return message.fingerprint();
    }

    @Benchmark
    public Object openMessaging() {
        return openMessaging.send(WHATSAPP, message, thread);
    }

    @Benchmark
    public Object externalThreads() {
        return externalThreads.send(MOBILE, message, thread);
    }

    @Benchmark
    public Object classify() {
        return classification.ofBusy();
    }

    @Benchmark
    public boolean verifySignature() {
        return signatures.verify(webhook, signature, secrets);
    }
}
