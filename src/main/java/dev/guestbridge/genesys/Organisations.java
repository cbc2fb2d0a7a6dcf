package dev.guestbridge.genesys;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Request;
import dev.guestbridge.message.WebhookSecrets;
import java.util.Collection;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The organisations that this bridge talks to. */
public final class Organisations {

    private final Map<String, Organisation> byName;

    public Organisations(Collection<Organisation> organisations) {
        byName = organisations.stream().collect(Collectors.toUnmodifiableMap(Organisation::name, Function.identity()));
    }

    /** The organisation of this name; null when there is none. */
    public Organisation named(String name) {
        return byName.get(name);
    }

    public Set<String> names() {
        return byName.keySet();
    }

    public Collection<Organisation> all() {
        return byName.values();
    }

    /** The live webhook secrets of this organisation; null when it has none, or isn't one of ours. */
    public WebhookSecrets webhookSecrets(String name) {
        Organisation organisation = byName.get(name);
        WebhookSecrets live =
                organisation == null ? null : organisation.webhookSecrets().get();
        return live == null || live.size() == 0 ? null : live;
    }

    /** The whole address of a path of this organisation's API. */
    public String url(String name, String path) {
        return byName.get(name).apiUrl() + path;
    }

    /**
     * Addresses a request: writes its address and headers into the message's, and returns its body.
     *
     * @param headers of the Camel message that is to become the request
     */
    public String address(Map<String, Object> headers, Channel channel, Request request, Token token) {
        headers.put("CamelHttpMethod", "POST");
        headers.put("CamelHttpUri", url(channel.org(), request.path()));
        headers.put("Authorization", token.getBearer());
        headers.put("Content-Type", "application/json");
        headers.putAll(request.headers());
        return request.json();
    }

    /** The address of this organisation's token endpoint. */
    public String tokenUrl(String name) {
        return byName.get(name).tokenUrl().toString();
    }
}
