package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.cli.Asking.Heard;
import dev.guestbridge.cli.Asking.NoAnswer;
import dev.guestbridge.genesys.Scopes;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Request;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Compares what one channel's calls need with what its organisation's token has, and looks for its integration. */
final class ChannelCheckup {

    private static final String INTEGRATIONS = "/api/v2/conversations/messaging/integrations/open/";

    private final Channel channel;
    private final Scopes scopes;
    private final OrganisationCheckup organisation;
    private final Asking asking;
    private final Finding.Subject subject;
    private final List<Finding> findings = new ArrayList<>();
    private String webhook;

    /** @param organisation that was looked at before */
    ChannelCheckup(Channel channel, Scopes scopes, OrganisationCheckup organisation, Asking asking) {
        this.channel = channel;
        this.scopes = scopes;
        this.organisation = organisation;
        this.asking = asking;
        this.subject = new Finding.Subject("channel", channel.name());
    }

    List<Finding> findings() throws InterruptedException {
        if (organisation.token() == null) {
            findings.add(subject.skip(
                    "what it may do can't be known: organisation " + channel.org() + " gives no token", ""));
            return findings;
        }
        findings.add(rights());
        if (organisation.isReached()) {
            try {
                findings.add(integration());
            } catch (NoAnswer e) {
                findings.add(e.told(subject));
            }
        }
        return findings;
    }

    /** Where Genesys sends the replies of its integration; null when it didn't tell. */
    String webhook() {
        return webhook;
    }

    /** What its calls need and the token hasn't got; null when nobody tells what the token has. */
    Set<String> missing() {
        if (organisation.granted() == null) {
            return null;
        }
        Set<String> missing = new TreeSet<>(needed());
        missing.removeAll(organisation.granted());
        return missing;
    }

    private Set<String> needed() {
        Set<String> needed = new TreeSet<>(scopes.of(channel.dialect(), "open"));
        needed.addAll(scopes.of(channel.dialect(), "send"));
        return needed;
    }

    private Finding rights() {
        String dialect = "the dialect " + channel.dialect();
        Set<String> needed = needed();
        Set<String> missing = missing();
        if (needed.isEmpty()) {
            return subject.ok(dialect + " needs no scope (genesys.scopes." + channel.dialect() + ")");
        }
        if (missing == null) {
            return subject.skip(
                    dialect + " needs " + String.join(" ", needed) + "; nobody tells whether the token has it",
                    "see that the OAuth client of organisation " + channel.org() + " has the right");
        }
        if (missing.isEmpty()) {
            return subject.ok("the token has what " + dialect + " needs: " + String.join(" ", needed));
        }
        Remedy remedy = organisation.organisation().asksFor(missing)
                ? Remedy.featureDisabled(channel.org(), missing)
                : Remedy.scopeMissing(channel, missing);
        return subject.fail(remedy.cause(), remedy.cure());
    }

    private Finding integration() throws NoAnswer, InterruptedException {
        String id = channel.integration();
        if (!channel.takesReceipts()) {
            return subject.skip(
                    "whether Genesys knows the integration " + id + " can't be known without sending a message", "");
        }
        Heard heard = asking.ask(
                HttpRequest.newBuilder(
                                URI.create(organisation.organisation().apiUrl() + INTEGRATIONS + Request.segment(id)))
                        .header("Authorization", organisation.token().getBearer())
                        .GET(),
                "genesys." + channel.org() + ".api-url");
        if (heard.status() == 404) {
            return subject.fail(
                    "Genesys knows no open messaging integration " + id
                            + ": each message is refused with 404, and no webhook finds the channel",
                    "set the parameter integration in routes/channels/" + channel.name()
                            + ".camel.yaml to the id that Genesys shows under Message > Platforms");
        }
        if (heard.status() != 200 || !heard.json().isObject()) {
            return subject.skip(
                    "whether Genesys knows the integration " + id + " can't be known with this token: it answers "
                            + heard.status(),
                    "to have it looked at, give the client's role Messaging > Integration > View");
        }
        return known(heard.json());
    }

    private Finding known(JsonNode told) {
        if (told.path("createStatus").asText().equals("Error")) {
            return subject.fail(
                    "Genesys began to make the integration " + channel.integration() + " and failed: "
                            + told.path("createError").path("message").asText("it doesn't say why"),
                    "make it anew under Message > Platforms, and set the channel's parameter integration to its id");
        }
        webhook = told.path("outboundNotificationWebhookUrl").asText(null);
        return subject.ok("Genesys knows the integration " + channel.integration());
    }
}
