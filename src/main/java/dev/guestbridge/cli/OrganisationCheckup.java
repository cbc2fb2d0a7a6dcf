package dev.guestbridge.cli;

import dev.guestbridge.cli.Asking.Heard;
import dev.guestbridge.cli.Asking.NoAnswer;
import dev.guestbridge.genesys.Answers;
import dev.guestbridge.genesys.GenesysFailure;
import dev.guestbridge.genesys.HttpAnswer;
import dev.guestbridge.genesys.Organisation;
import dev.guestbridge.genesys.Token;
import dev.guestbridge.genesys.Tokens;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Asks one organisation for a token, and what it may do; looks at certificates, clocks and limits on the way. */
final class OrganisationCheckup {

    private static final Duration APART = Duration.ofSeconds(30);
    private static final String LIVE_INTROSPECTION = "/api/v2/tokens/me";

    private final Organisation organisation;
    private final Tokens tokens;
    private final Answers answers;
    private final Asking asking;
    private final Clock clock;
    private final String introspection;
    private final Finding.Subject subject;
    private final List<Finding> findings = new ArrayList<>();
    private boolean clocksCompared;
    private Token token;
    private boolean reached;
    private Set<String> granted;

    /**
     * @param tokens write the request for a token
     * @param answers judge what Genesys answers as the bridge does
     * @param introspection the path where Genesys tells of a token
     */
    OrganisationCheckup(
            Organisation organisation,
            Tokens tokens,
            Answers answers,
            Asking asking,
            Clock clock,
            String introspection) {
        this.organisation = organisation;
        this.tokens = tokens;
        this.answers = answers;
        this.asking = asking;
        this.clock = clock;
        this.introspection = introspection;
        this.subject = new Finding.Subject("organisation", organisation.name());
    }

    List<Finding> findings() throws InterruptedException {
        try {
            askForToken();
            if (token != null) {
                askAboutToken();
            }
        } catch (NoAnswer e) {
            findings.add(e.told(subject));
        }
        if (!clocksCompared) {
            findings.add(subject.skip("Genesys' answers bear no time to compare this machine's clock with", ""));
        }
        return findings;
    }

    /** A token that Genesys gave just now; null when it gave none. */
    Token token() {
        return token;
    }

    /** Whether its API answers to the token. */
    boolean isReached() {
        return reached;
    }

    /** The scopes that its token has; null when nobody tells. */
    Set<String> granted() {
        return granted;
    }

    Organisation organisation() {
        return organisation;
    }

    private String key(String name) {
        return "genesys." + organisation.name() + "." + name;
    }

    private void askForToken() throws NoAnswer, InterruptedException {
        URI address = organisation.tokenUrl();
        Heard heard = asking.ask(
                HttpRequest.newBuilder(address)
                        .header("Authorization", tokens.credentials(organisation.name()))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(tokens.form(organisation.name()))),
                key("token-url"));
        try {
            token = answers.token(organisation.name(), answers.heard(heard.status(), heard.headers(), heard.body()));
            Duration life = Duration.between(token.issuedAt(), token.expiresAt());
            findings.add(subject.ok(Asking.place(address) + " gives a token, good for " + told(life)));
        } catch (GenesysFailure refused) {
            findings.add(refusal(heard, refused));
        }
        lookAtCertificate(address, heard);
        compareClocks(heard);
    }

    private Finding refusal(Heard heard, GenesysFailure refused) {
        String code = String.valueOf(refused.getFailure().code());
        if (code.equals("invalid_client") && heard.status() == 401) {
            return subject.fail(
                    "no token: Genesys knows the client id, but refuses its secret (401 invalid_client)",
                    "copy the secret anew from the OAuth client in Genesys into " + key("client-secret")
                            + ", or the file that holds it; a bridge that reads it from a file resumes by itself");
        }
        if (code.equals("invalid_client")) {
            return subject.fail(
                    "no token: Genesys knows no client of this id (" + heard.status() + " invalid_client)",
                    "check " + key("client-id") + ", and that " + key("token-url")
                            + " is of the region where the OAuth client was made");
        }
        if (heard.status() == 404 || heard.status() == 405) {
            return subject.fail(
                    "no token: " + organisation.tokenUrl() + " is no token endpoint (it answers " + heard.status()
                            + ")",
                    "set " + key("token-url") + " to https://login.<region>/oauth/token: login, not api");
        }
        return subject.fail(
                "no token (" + heard.status() + "): " + refused.getFailure().reason(),
                refused.getFailure().advice());
    }

    private void askAboutToken() throws NoAnswer, InterruptedException {
        URI api = organisation.apiUrl();
        Heard heard = asking.ask(
                HttpRequest.newBuilder(URI.create(api + introspection))
                        .header("Authorization", token.getBearer())
                        .GET(),
                key("api-url"));
        if (!Asking.place(api).equals(Asking.place(organisation.tokenUrl()))) {
            lookAtCertificate(api, heard);
        }
        compareClocks(heard);
        // as the bridge looks into a token whose call was refused
        HttpAnswer looked = answers.lookedInto(
                answers.heard(401, Map.of(), ""), answers.heard(heard.status(), heard.headers(), heard.body()));
        granted = looked.granted() != null ? looked.granted() : token.scopes().isEmpty() ? null : token.scopes();
        reached = !looked.tokenVoid() && (heard.status() < 300 || heard.status() == 403 || heard.status() == 404);
        findings.add(grant(heard, looked));
        if (reached) {
            findings.add(limit(heard));
        }
    }

    private Finding grant(Heard heard, HttpAnswer looked) {
        String place = Asking.place(organisation.apiUrl());
        if (looked.tokenVoid()) {
            return subject.fail(
                    place + " doesn't know the token that " + Asking.place(organisation.tokenUrl()) + " has just given",
                    "set " + key("api-url") + " and " + key("token-url")
                            + " to the same region, as in https://api.<region>"
                            + " and https://login.<region>/oauth/token");
        }
        if (looked.granted() != null) {
            return subject.ok(place + " knows the token, and names its scopes: "
                    + (granted.isEmpty() ? "none" : String.join(" ", new TreeSet<>(granted))));
        }
        if (heard.status() >= 300 && heard.status() < 400) {
            return subject.fail(
                    place + " answers with a redirect, which is never followed: the token would go with it",
                    "set " + key("api-url") + " to the address that Genesys names for your region");
        }
        if (heard.status() == 404) {
            return subject.warn(
                    place + " knows no " + introspection + ": nobody tells what a token may do when a call is refused",
                    introspection.equals(LIVE_INTROSPECTION)
                            ? "check " + key("api-url")
                            : "set genesys.introspection-path to " + LIVE_INTROSPECTION);
        }
        if (heard.status() < 300 && heard.json().isObject() || heard.status() == 403) {
            return subject.skip(
                    place + " takes the token, but doesn't tell its scopes, as for clients that have roles instead",
                    "see in Genesys that the OAuth client's role has Conversation > Message > Receive, in the right division");
        }
        return subject.fail(
                place + " answers " + heard.status() + " to the question about the token"
                        + (heard.json().isObject() ? "" : ", and not in Genesys' words"),
                "check " + key("api-url") + ", gateways on the way, and Genesys' status page");
    }

    private Finding limit(Heard heard) {
        long allowed = heard.number("inin-ratelimit-allowed");
        int ours = organisation.requestsPerMinute();
        if (allowed < 0) {
            return subject.skip("Genesys doesn't tell how many requests a minute it allows", "");
        }
        return ours > allowed
                ? subject.warn(
                        key("requests-per-minute") + " is " + ours + ", and Genesys allows one token " + allowed
                                + " a minute: it answers the rest with 429",
                        "set it to " + allowed + " or less; instances that don't share a PostgreSQL need a share each")
                : subject.ok("Genesys allows one token " + allowed + " requests a minute, and the bridge sends " + ours
                        + " at most");
    }

    private void lookAtCertificate(URI address, Heard heard) {
        if (heard.certificate() != null) {
            findings.add(heard.certificate().told(subject, Asking.place(address), clock));
        }
    }

    private void compareClocks(Heard heard) {
        if (clocksCompared || heard.ahead() == null) {
            return;
        }
        clocksCompared = true;
        Duration gap = heard.ahead().abs();
        findings.add(
                gap.compareTo(APART) > 0
                        ? subject.warn(
                                "this machine's clock is " + told(gap)
                                        + (heard.ahead().isNegative() ? " behind" : " ahead of")
                                        + " Genesys': times of messages are wrong, and certificates may seem to be over",
                                "let this machine keep time by NTP (timedatectl set-ntp true); no reply is lost by it, for"
                                        + " a webhook's signature holds no time")
                        : subject.ok("this machine's clock goes with Genesys'"));
    }

    private static String told(Duration time) {
        return time.compareTo(Duration.ofMinutes(2)) < 0 ? time.toSeconds() + " s" : time.toMinutes() + " min";
    }
}
