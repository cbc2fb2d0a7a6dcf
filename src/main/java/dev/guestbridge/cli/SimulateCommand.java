package dev.guestbridge.cli;

import dev.guestbridge.Settings;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.simulator.IntegrationSettings;
import dev.guestbridge.simulator.OrganisationSettings;
import dev.guestbridge.simulator.Simulator;
import dev.guestbridge.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.BindException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "simulate",
        description =
                "Runs a strict simulator of Genesys alone, for the organisations that config/ names, until SIGTERM.",
        footer = {
            "",
            "It takes the client ids, secrets and webhook secrets of config/ (of an organisation that has none there:",
            "its name and '-secret', and 'simulated-webhook-secret-of-this-machine'), and sends replies to this machine's http.port."
        },
        mixinStandardHelpOptions = true)
final class SimulateCommand implements Callable<Integer> {

    @ParentCommand
    private Guestbridge guestbridge;

    @Override
    public Integer call() throws Exception {
        Settings settings = guestbridge.settings();
        Channels channels = Channels.read(settings.home().resolve("routes/channels"));
        Simulator simulator = start(settings, channels);
        System.out.println("simulator at " + simulator.url());
        System.out.println(
                "token endpoint " + simulator.url() + "/oauth/token, control " + simulator.url() + "/_simulator/");
        guestbridge.stay(simulator);
        return Guestbridge.DONE;
    }

    private static Simulator start(Settings settings, Channels channels) throws IOException {
        try {
            return Simulator.start(of(settings, channels));
        } catch (BindException e) {
            throw new BindException("simulator.port " + settings.get("simulator.port") + ": " + e.getMessage());
        }
    }

    /** A Genesys that fits these settings. */
    static SimulatorSettings of(Settings settings, Channels channels) {
        OrganisationSettings[] organisations = channels.organisations().stream()
                .map(org -> organisation(org, settings, channels))
                .toArray(OrganisationSettings[]::new);
        return SimulatorSettings.of(settings.number("simulator.port"), organisations);
    }

    private static OrganisationSettings organisation(String org, Settings settings, Channels channels) {
        List<IntegrationSettings> integrations = channels.all().stream()
                .filter(channel -> channel.org().equals(org))
                .map(SimulateCommand::integration)
                .toList();
        return OrganisationSettings.of(
                        org,
                        or(settings.organisation(org, "client-id"), org),
                        or(secret(settings, org, "client-secret"), org + "-secret"))
                .withWebhook(
                        "http://127.0.0.1:" + settings.number("http.port") + "/webhooks/" + org,
                        or(
                                secret(settings, org, "webhook-secret")
                                        .split("[,\\r\\n]")[0]
                                        .strip(),
                                "simulated-webhook-secret-of-this-machine"))
                .with(Map.of("integrations", integrations));
    }

    private static IntegrationSettings integration(Channel channel) {
        return new IntegrationSettings(channel.integration(), channel.dialect(), channel.queue());
    }

    private static String secret(Settings settings, String org, String key) {
        settings.organisation(org, key);
        settings.organisation(org, key + "-file");
        return settings.secret("genesys." + org + "." + key);
    }

    private static String or(String value, String otherwise) {
        return value.isEmpty() ? otherwise : value;
    }
}
