package dev.guestbridge.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.security.auth.x500.X500Principal;

/**
 * The certificate that a server shows.
 *
 * @param owner whom it is made out to
 * @param issuer who made it out
 */
record ShownCertificate(String owner, String issuer, Instant from, Instant until) {

    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final Duration SOON = Duration.ofDays(14);

    static ShownCertificate of(X509Certificate certificate) {
        return new ShownCertificate(
                name(certificate.getSubjectX500Principal()),
                name(certificate.getIssuerX500Principal()),
                certificate.getNotBefore().toInstant(),
                certificate.getNotAfter().toInstant());
    }

    /** Whoever shows it: the handshake is broken off as soon as it is seen, so nothing is sent there. */
    static Optional<ShownCertificate> at(String host, int port) {
        Looking looking = new Looking();
        try {
            InTime.of(PATIENCE, () -> shakeHands(host, port, looking));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception seenOrNoTls) {
            // what was seen is told below
        }
        return Optional.ofNullable(looking.seen.get()).map(ShownCertificate::of);
    }

    private static Void shakeHands(String host, int port, Looking looking)
            throws IOException, GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {looking}, null);
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port));
            try (SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, host, port, true)) {
                tls.startHandshake();
            }
        }
        return null;
    }

    /** What is to be said of its time, about the server at {@code place}. */
    Finding told(Finding.Subject subject, String place, Clock clock) {
        Instant now = clock.instant();
        String ours = "the certificate of " + place + ", issued by " + issuer + ", ";
        if (now.isAfter(until)) {
            return subject.fail(ours + "ended on " + until, "renew it there; if it isn't yours, tell whoever runs it");
        }
        long days = Duration.between(now, until).toDays();
        return now.plus(SOON).isAfter(until)
                ? subject.warn(
                        ours + "ends in " + days + " days, on " + until,
                        "renew it there before; from then on nothing is sent")
                : subject.ok(ours + "is good for " + days + " days");
    }

    private static String name(X500Principal principal) {
        try {
            for (Rdn part : new LdapName(principal.getName()).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    return part.getValue().toString();
                }
            }
        } catch (InvalidNameException e) {
            // then the whole of it
        }
        return principal.getName();
    }

    /** Trusts nobody. */
    private static final class Looking extends X509ExtendedTrustManager {

        private final AtomicReference<X509Certificate> seen = new AtomicReference<>();

        private void look(X509Certificate[] chain) throws CertificateException {
            seen.compareAndSet(null, chain[0]);
            throw new CertificateException("this was only a look");
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            look(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            look(chain);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) throws CertificateException {
            look(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
                throws CertificateException {
            look(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
                throws CertificateException {
            look(chain);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) throws CertificateException {
            look(chain);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
