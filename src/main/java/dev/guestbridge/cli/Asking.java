package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.guestbridge.message.Json;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/** Asks over HTTP as the bridge does, by no proxy and following no redirect; and says in words why there is no answer. */
final class Asking {

    private static final Duration TO_CONNECT = Duration.ofSeconds(3);
    private static final int LONGEST_ANSWER = 64 * 1024;

    private final Clock clock;
    private final Duration patience;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(TO_CONNECT)
            .proxy(HttpClient.Builder.NO_PROXY)
            .followRedirects(HttpClient.Redirect.NEVER)
            .version(HttpClient.Version.HTTP_1_1)
            .build();

    /** @param patience for a whole answer */
    Asking(Clock clock, Duration patience) {
        this.clock = clock;
        this.patience = patience;
    }

    Duration patience() {
        return patience;
    }

    /** There is no answer; the sentence says why. */
    static final class NoAnswer extends Exception {
        private final String cure;

        private NoAnswer(String sentence, String cure) {
            super(sentence);
            this.cure = cure;
        }

        Finding told(Finding.Subject subject) {
            return subject.fail(getMessage(), cure);
        }
    }

    /**
     * An answer, whatever it is.
     *
     * @param headers by name, in any case
     * @param body its first 64 KiB
     * @param ahead how much this machine's clock is ahead of the answer's; null when the answer bears no time
     * @param certificate whose it was; null without TLS
     */
    record Heard(int status, Map<String, Object> headers, String body, Duration ahead, ShownCertificate certificate) {

        /** A missing node when it is none. */
        JsonNode json() {
            try {
                return Json.read(body);
            } catch (Json.Unreadable e) {
                return MissingNode.getInstance();
            }
        }

        /** A header's whole number; negative when there is none. */
        long number(String header) {
            Object value = headers.get(header);
            return value != null && value.toString().matches("\\d{1,15}") ? Long.parseLong(value.toString()) : -1;
        }
    }

    /**
     * The answer to one request, within its patience.
     *
     * @param key of the configuration that names the address; for the advice
     */
    Heard ask(HttpRequest.Builder request, String key) throws NoAnswer, InterruptedException {
        HttpRequest asked = request.build();
        try {
            return InTime.of(patience, () -> heard(asked));
        } catch (InterruptedException e) {
            throw e;
        } catch (TimeoutException e) {
            throw new NoAnswer(
                    place(asked.uri()) + " was reached, but gave no whole answer within " + patience.toSeconds() + " s",
                    "look at the network and at gateways on the way to " + key + ", and at Genesys' status page");
        } catch (Exception e) {
            throw told(asked.uri(), key, e);
        }
    }

    private Heard heard(HttpRequest request) throws IOException, InterruptedException {
        Instant before = clock.instant();
        HttpResponse<InputStream> answer = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        Instant after = clock.instant();
        Map<String, Object> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        answer.headers().map().forEach((name, values) -> headers.put(name, values.get(0)));
        String body;
        try (InputStream in = answer.body()) {
            body = new String(in.readNBytes(LONGEST_ANSWER), StandardCharsets.UTF_8);
        }
        Instant between = before.plus(Duration.between(before, after).dividedBy(2));
        return new Heard(
                answer.statusCode(),
                headers,
                body,
                ahead(between, headers.get("Date")),
                answer.sslSession().map(Asking::certificate).orElse(null));
    }

    private static Duration ahead(Instant now, Object date) {
        try {
            return date == null
                    ? null
                    : Duration.between(
                            ZonedDateTime.parse(date.toString(), DateTimeFormatter.RFC_1123_DATE_TIME)
                                    .toInstant(),
                            now);
        } catch (DateTimeException notATime) {
            return null;
        }
    }

    private static ShownCertificate certificate(SSLSession session) {
        try {
            return ShownCertificate.of((X509Certificate) session.getPeerCertificates()[0]);
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }

    private static NoAnswer told(URI address, String key, Exception failure) {
        String place = place(address);
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof UnresolvedAddressException || cause instanceof UnknownHostException) {
                return new NoAnswer(
                        "no name service knows " + address.getHost(), "check " + key + ", and this machine's DNS");
            }
            if (cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException) {
                return untrusted(address, key, cause);
            }
        }
        if (failure instanceof SSLException) {
            return new NoAnswer(
                    place + " doesn't agree on TLS: " + failure.getMessage(),
                    "check " + key + ": https where the other side speaks plain http, or a proxy on the way");
        }
        if (failure instanceof HttpConnectTimeoutException) {
            return new NoAnswer(
                    place + " can't be reached: no connection within " + TO_CONNECT.toSeconds() + " s",
                    "check " + key + ", and whether a firewall lets this machine out to it");
        }
        if (failure instanceof ConnectException) {
            return new NoAnswer(
                    place + " can't be reached: nobody takes the connection",
                    "check " + key + ", and whether a firewall lets this machine out to it");
        }
        return new NoAnswer(
                place + " gave no answer: " + failure.getMessage(),
                "look at gateways on the way to " + key + ", and at Genesys' status page");
    }

    private static NoAnswer untrusted(URI address, String key, Throwable cause) {
        ShownCertificate shown =
                ShownCertificate.at(address.getHost(), port(address)).orElse(null);
        String sentence = "the certificate of " + place(address) + " isn't trusted, so nothing was sent: ";
        String issuer = shown == null ? "an authority" : shown.issuer();
        if (cause instanceof CertificateExpiredException) {
            return new NoAnswer(
                    sentence + "it ended on " + (shown == null ? "a day that is over" : shown.until()),
                    "renew it there; if it is still good, this machine's clock is wrong");
        }
        if (cause instanceof CertificateNotYetValidException) {
            return new NoAnswer(
                    sentence + "it begins on " + (shown == null ? "a day to come" : shown.from()),
                    "this machine's clock is wrong: let it keep time by NTP");
        }
        if (String.valueOf(cause.getMessage()).startsWith("No ")) { // No name matching …, No subject alternative …
            return new NoAnswer(
                    sentence + "it is made out to " + (shown == null ? "another name" : shown.owner()),
                    "check " + key + ": it must be the name that Genesys gives for your region; else a proxy answers");
        }
        return new NoAnswer(
                sentence + "it is issued by " + issuer + ", whom Java doesn't know",
                "if " + key
                        + " is right, a proxy on the way shows its own: let traffic to Genesys pass it untouched, or"
                        + " give Java that authority (GUESTBRIDGE_JAVA_OPTS=-Djavax.net.ssl.trustStore=…)");
    }

    /** Host and port. */
    static String place(URI address) {
        return address.getHost() + ":" + port(address);
    }

    private static int port(URI address) {
        return address.getPort() != -1 ? address.getPort() : address.getScheme().equals("https") ? 443 : 80;
    }
}
