package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.guestbridge.process.Installation.Running;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A Genesys whose certificate can't be trusted gets no request, and so no secret; its messages wait and none is dead. */
@Timeout(180)
class CertificatesIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final Installation installation = new Installation("CertificatesIT");
    private final List<HttpsServer> servers = new ArrayList<>();
    private final Map<String, AtomicInteger> requests = new LinkedHashMap<>();

    @AfterEach
    void stop() {
        installation.close();
        servers.forEach(server -> server.stop(0));
    }

    @Test
    void only_a_trusted_certificate_that_fits_and_is_valid_gets_a_request() throws Exception {
        Path trusted = installation.home().resolve("trusted.p12");
        Path authority = installation.home().resolve("ca.p12");
        String root = authority + ".crt";
        keytool(
                List.of(),
                "-genkeypair",
                "-alias",
                "ca",
                "-keyalg",
                "EC",
                "-dname",
                "CN=ca",
                "-ext",
                "bc=ca:true",
                "-keystore",
                authority.toString());
        keytool(List.of(), "-exportcert", "-alias", "ca", "-keystore", authority.toString(), "-file", root);
        // Java looks at the time of certificates that an authority signed, never of those that are trusted themselves
        keytool(List.of(), "-importcert", "-noprompt", "-alias", "ca", "-keystore", trusted.toString(), "-file", root);
        genesys("good", authority, "-ext", "san=ip:127.0.0.1", "-validity", "30");
        genesys("expired", authority, "-ext", "san=ip:127.0.0.1", "-startdate", "-20d", "-validity", "5");
        genesys("future", authority, "-ext", "san=ip:127.0.0.1", "-startdate", "+20d", "-validity", "5");
        genesys("elsewhere", authority, "-ext", "san=dns:login.example.com", "-validity", "30");
        genesys("selfsigned", null, "-ext", "san=ip:127.0.0.1", "-validity", "30");
        installation.with(
                "GUESTBRIDGE_JAVA_OPTS",
                "-Xmx512m -Djavax.net.ssl.trustStore=" + trusted + " -Djavax.net.ssl.trustStorePassword=changeit");
        Running bridge = installation.bridge();
        try (Bus bus = installation.bus()) {
            for (String org : requests.keySet()) {
                bus.put(
                        "guest.in.ch-" + org,
                        (session, producer) -> session.createTextMessage(
                                "{\"id\":\"m\",\"guest\":{\"externalId\":\"g\"},\"text\":\"hello\"}"));
            }
            for (String org : requests.keySet()) {
                assertThat(bus.take(
                                "guest.status.ch-" + org, 1, LIMIT, status -> "waiting".equals(status.text("state"))))
                        .as("the message to " + org + " waits")
                        .hasSize(1);
            }
            await("the good one is tried again")
                    .atMost(LIMIT)
                    .until(() -> requests.get("good").get() > 2);
            assertThat(bus.rest("guest.dead")).isEmpty();
        }
        requests.forEach((org, count) -> {
            if (!org.equals("good")) {
                assertThat(count).as(org).hasValue(0);
            }
        });
        assertThat(bridge.stderr()).doesNotContain("client-secret-of-the-certificates");
    }

    /** An organisation, a channel of it, and its Genesys, which answers 503 to all. */
    private void genesys(String org, Path authority, String... options) throws Exception {
        String store = installation.home().resolve(org + ".p12").toString();
        String certificate = installation.home().resolve(org + ".crt").toString();
        String request = installation.home().resolve(org + ".csr").toString();
        keytool(
                List.of(options),
                "-genkeypair",
                "-alias",
                org,
                "-keyalg",
                "EC",
                "-dname",
                "CN=" + org,
                "-keystore",
                store);
        if (authority != null) {
            String signer = authority.toString();
            keytool(List.of(), "-certreq", "-alias", org, "-keystore", store, "-file", request);
            keytool(
                    List.of(options),
                    "-gencert",
                    "-alias",
                    "ca",
                    "-keystore",
                    signer,
                    "-infile",
                    request,
                    "-outfile",
                    certificate);
            keytool(
                    List.of(),
                    "-importcert",
                    "-noprompt",
                    "-alias",
                    "ca",
                    "-keystore",
                    store,
                    "-file",
                    signer + ".crt");
            keytool(List.of(), "-importcert", "-noprompt", "-alias", org, "-keystore", store, "-file", certificate);
        }
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(Path.of(store))) {
            keys.load(in, "changeit".toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, "changeit".toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        AtomicInteger count = new AtomicInteger();
        requests.put(org, count);
        server.createContext("/", exchange -> {
            count.incrementAndGet();
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        server.start();
        servers.add(server);

        String variable = "GENESYS_" + org.toUpperCase() + "_";
        String url = "https://127.0.0.1:" + server.getAddress().getPort();
        installation.with(variable + "API_URL", url).with(variable + "TOKEN_URL", url + "/oauth/token");
        installation.with(variable + "CLIENT_ID", org);
        installation.with(variable + "CLIENT_SECRET", "client-secret-of-the-certificates");
        installation.with(variable + "WEBHOOK_SECRET", Installation.WEBHOOK_SECRET);
        Files.writeString(
                installation.home().resolve("routes/channels/" + org + ".camel.yaml"),
                """
                - templatedRoute:
                    routeTemplateRef: guest-in
                    routeId: ch-%1$s-in
                    parameters:
                      - { name: channel, value: ch-%1$s }
                      - { name: dialect, value: external-threads }
                      - { name: org, value: %1$s }
                      - { name: integration, value: int-%1$s }
                """
                        .formatted(org),
                StandardCharsets.UTF_8);
    }

    private static void keytool(List<String> options, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(options);
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", "changeit"));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).as(said).isZero();
    }
}
