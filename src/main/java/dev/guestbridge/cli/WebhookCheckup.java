package dev.guestbridge.cli;

import dev.guestbridge.Loopback;
import dev.guestbridge.Settings;
import dev.guestbridge.cli.Asking.NoAnswer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** Calls an organisation's webhook without a signature, here and where Genesys calls it: to be turned away is right. */
final class WebhookCheckup {

    private final Settings settings;
    private final String org;
    private final RunningBridge bridge;
    private final Asking asking;
    private final Finding.Subject subject;

    WebhookCheckup(Settings settings, String org, RunningBridge bridge, Asking asking) {
        this.settings = settings;
        this.org = org;
        this.bridge = bridge;
        this.asking = asking;
        this.subject = new Finding.Subject("webhook", org);
    }

    /** @param known where Genesys says that it sends the replies of its integrations */
    List<Finding> findings(Collection<String> known) throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        findings.add(here());
        if (known.isEmpty()) {
            findings.add(subject.skip(
                    "whether Genesys reaches it can't be known from here",
                    "in Genesys, the integration's outbound notification webhook is https://<your host>/webhooks/" + org
                            + ", on port 443"));
        }
        for (String url : known) {
            if (!url.equals(ours().toString())) {
                findings.add(atGenesys(url));
            }
        }
        return findings;
    }

    private URI ours() {
        String host = settings.get("http.host");
        String reached = host.equals("0.0.0.0") || host.equals("::") ? "127.0.0.1" : host;
        return URI.create("http://"
                + (reached.contains(":") && !reached.startsWith("[") ? "[" + reached + "]" : reached) + ":"
                + settings.number("http.port") + "/webhooks/" + org);
    }

    private Finding here() throws InterruptedException {
        try {
            int status = asking.ask(unsigned(ours()), "http.port").status();
            return judged(ours(), status, "the bridge's log says why");
        } catch (NoAnswer e) {
            return bridge.answers()
                    ? subject.fail(
                            e.getMessage() + ", though a bridge runs here (management.port answers)",
                            "run the doctor with the bridge's own configuration and variables, HTTP_PORT among them")
                    : subject.warn(
                            "no bridge runs here: nobody answers on http.port " + settings.get("http.port")
                                    + " nor on management.port " + settings.get("management.port"),
                            "start it with 'guestbridge run'; if it runs, give the doctor its configuration and variables");
        }
    }

    private Finding atGenesys(String url) throws InterruptedException {
        URI address = address(url);
        boolean here = address != null && Loopback.is(String.valueOf(address.getHost()));
        if (address == null || !(address.getScheme().equals("https") || here)) {
            return subject.fail(
                    "Genesys sends replies to " + url + ", which is no https address",
                    "set the integration's webhook to https://<your host>/webhooks/" + org);
        }
        if (!String.valueOf(address.getPath()).endsWith("/webhooks/" + org)) {
            return subject.warn(
                    "Genesys sends replies to " + url + ", which doesn't end in /webhooks/" + org,
                    "right if a gateway rewrites it; else set the integration's webhook to https://<your host>/webhooks/"
                            + org);
        }
        if (address.getPort() != -1 && address.getPort() != 443 && !here) {
            return subject.fail(
                    "Genesys sends replies to " + url + ", and it calls port 443 alone",
                    "set the integration's webhook to https://<your host>/webhooks/" + org
                            + " without a port, and let what listens there pass it on to http.port");
        }
        try {
            return judged(
                    address,
                    asking.ask(unsigned(address), "the integration's webhook").status(),
                    "look at what stands before the bridge there: it must pass the body on as it came, byte for byte");
        } catch (NoAnswer e) {
            return subject.warn(
                    "where Genesys sends replies: " + e.getMessage(),
                    "if this machine isn't let out to there, that says nothing; else look at DNS, firewall and proxy of "
                            + url);
        }
    }

    private Finding judged(URI address, int status, String otherwise) {
        return switch (status) {
            case 401 -> subject.ok(address + " turns a call without signature away, as it should");
            case 404 ->
                subject.fail(
                        address + " knows no organisation '" + org + "'",
                        "the bridge there runs with other channels: restart it after a change in routes/channels/, and"
                                + " name the organisation in the address as they do");
            case 503 ->
                subject.fail(
                        address + " answers 503: neither broker nor store can take a reply",
                        "see what stands under broker and store");
            default -> subject.fail(address + " answers " + status + " where the bridge would answer 401", otherwise);
        };
    }

    private static HttpRequest.Builder unsigned(URI address) {
        return HttpRequest.newBuilder(address)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString("{}"));
    }

    private static URI address(String url) {
        try {
            URI address = URI.create(url);
            return address.getScheme() != null && address.getHost() != null ? address : null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
