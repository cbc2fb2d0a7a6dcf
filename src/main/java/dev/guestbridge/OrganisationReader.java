package dev.guestbridge;

import dev.guestbridge.Settings.BadSetting;
import dev.guestbridge.genesys.Organisation;
import dev.guestbridge.message.Spelling;
import dev.guestbridge.message.WebhookSecrets;
import java.net.URI;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.stream.Stream;

/** Reads of the settings what is needed to call an organisation. */
final class OrganisationReader {

    private final Settings settings;
    private final Manual manual;
    private final Consumer<? super BadSetting> refused;

    /** @param refused is told of each key that is wrong */
    OrganisationReader(Settings settings, Manual manual, Consumer<? super BadSetting> refused) {
        this.settings = settings;
        this.manual = manual;
        this.refused = refused;
    }

    /** Refuses keys of other organisations than these. */
    void refuseOthers(Set<String> names) {
        for (String key : settings.written().keySet()) {
            Matcher organisation = Manual.OF_AN_ORGANISATION.matcher(key);
            if (organisation.matches()
                    && manual.organisationKeys().contains(organisation.group(2))
                    && !manual.keys().contains(key)
                    && !names.contains(organisation.group(1))) {
                refused.accept(settings.writtenWrong(
                        key,
                        "no channel in routes/channels/ names the organisation '" + organisation.group(1) + "'"
                                + Spelling.hint(organisation.group(1), names)));
            }
        }
    }

    /** The organisation of this name; empty when a key of it was refused. */
    Optional<Organisation> read(String name) {
        String prefix = "genesys." + name + ".";
        URI api = orNull(() -> apiAddress(prefix + "api-url"));
        URI token = orNull(() -> tokenAddress(prefix + "token-url"));
        boolean simulated = api != null && token != null && Loopback.is(api) && Loopback.is(token);
        String clientId = orNull(() -> required(prefix + "client-id"));
        Supplier<String> clientSecret =
                orNull(() -> secret(prefix + "client-secret", secret -> Secrets.client(secret, simulated)));
        Supplier<WebhookSecrets> webhookSecrets = orNull(
                () -> secret(prefix + "webhook-secret", text -> new WebhookSecrets(Secrets.webhook(text, simulated))));
        Integer perMinute = orNull(() -> settings.number(prefix + "requests-per-minute"));
        if (Stream.of(api, token, clientId, clientSecret, webhookSecrets, perMinute)
                .anyMatch(Objects::isNull)) {
            return Optional.empty();
        }
        return Optional.of(new Organisation(
                name, api, token, clientId, clientSecret, settings.get(prefix + "scope"), webhookSecrets, perMinute));
    }

    private <T> T orNull(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (BadSetting bad) {
            refused.accept(bad);
            return null;
        }
    }

    private URI apiAddress(String key) {
        URI address = address(key);
        if (address.getPath().endsWith("/api/v2")) {
            throw settings.wrong(key, "ends in '/api/v2', which the bridge adds itself; leave it out");
        }
        return address;
    }

    private URI tokenAddress(String key) {
        URI address = address(key);
        if (address.getPath().isEmpty()) {
            throw settings.wrong(key, "has no path; Genesys' are like https://login.mypurecloud.de/oauth/token");
        }
        return address;
    }

    private URI address(String key) {
        String value = required(key);
        URI address;
        try {
            address = URI.create(value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
        } catch (IllegalArgumentException notAnAddress) {
            throw noAddress(key, value);
        }
        if (address.getHost() == null || !List.of("http", "https").contains(address.getScheme())) {
            throw noAddress(key, value);
        }
        if (address.getRawUserInfo() != null || address.getRawQuery() != null || address.getRawFragment() != null) {
            throw settings.wrong(key, "is more than an address and a path: there is an '@', a '?' or a '#' in it");
        }
        if (address.getScheme().equals("http") && !Loopback.is(address)) {
            throw settings.wrong(key, "'" + value + "' must begin with https: tokens would travel in the clear");
        }
        return address;
    }

    private BadSetting noAddress(String key, String value) {
        return settings.wrong(
                key, "'" + value + "' is not an http or https address, which begins like https://api.mypurecloud.de");
    }

    private <T> Supplier<T> secret(String key, Function<String, T> reading) {
        Optional<SecretFile<T>> file = settings.secretFile(key, reading);
        if (file.isPresent()) {
            return file.get();
        }
        String text = required(key);
        try {
            T value = reading.apply(text);
            return () -> value;
        } catch (IllegalArgumentException weak) {
            throw settings.wrong(key, weak.getMessage());
        }
    }

    private String required(String key) {
        String value = settings.get(key);
        if (value.isEmpty()) {
            throw settings.wrong(
                    key,
                    "is missing; a channel in routes/channels/ names this organisation (or set "
                            + Environment.variable(key)
                            + (manual.isSecret(key) ? ", or " + key + "-file" : "") + ")");
        }
        settings.demandUnquoted(key);
        return value;
    }
}
