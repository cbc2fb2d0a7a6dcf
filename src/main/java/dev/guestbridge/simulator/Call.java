package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;
import java.io.IOException;
import java.util.List;
import java.util.UUID;

/** One request: as it was read, and what was found out about it on its way. */
final class Call {

    private final long atMs = System.currentTimeMillis();
    private final String correlationId = UUID.randomUUID().toString();
    private final String method;
    private final String rawPath;
    private final String query;
    private final MultiMap headers;
    private byte[] body = {};
    private boolean tooLong;
    private JsonNode json;
    private RawPath path;
    private Route route;
    private Token token;
    private Organisation organisation;
    private final Notes notes = new Notes();

    /** What the journal tells of a call besides its bytes; null where there is nothing to tell. */
    static final class Notes {
        String dialect;
        String externalId;
        String conversationId;
        String messageId;
        String genesysId;
        String text;
        boolean repeat;
        Conversation heardIn;
        String heard;
    }

    Call(String method, String uri, MultiMap headers) {
        int mark = uri.indexOf('?');
        this.method = method;
        this.rawPath = mark < 0 ? uri : uri.substring(0, mark);
        this.query = mark < 0 ? null : uri.substring(mark + 1);
        this.headers = headers;
    }

    long atMs() {
        return atMs;
    }

    String correlationId() {
        return correlationId;
    }

    String method() {
        return method;
    }

    String rawPath() {
        return rawPath;
    }

    /** As sent, without the question mark; null when there was none. */
    String query() {
        return query;
    }

    MultiMap headers() {
        return headers;
    }

    byte[] body() {
        return body;
    }

    boolean isTooLong() {
        return tooLong;
    }

    void read(byte[] bytes, boolean wasTooLong) {
        body = bytes;
        tooLong = wasTooLong;
    }

    /** @throws GenesysError 400 when the body is not one JSON object */
    ObjectNode json() throws GenesysError {
        if (peek() instanceof ObjectNode object) {
            return object;
        }
        throw GenesysError.badRequest();
    }

    /** The body's JSON object, or a missing node. */
    JsonNode peek() {
        if (json == null) {
            try {
                json = Json.object(body);
            } catch (IOException e) {
                json = MissingNode.getInstance();
            }
        }
        return json;
    }

    /** Null when it can't be decoded. */
    RawPath path() {
        return path;
    }

    void found(RawPath decoded) {
        path = decoded;
    }

    Route route() {
        return route;
    }

    void found(Route answering) {
        route = answering;
    }

    /** What stands in the path where the route has its n-th blank, decoded. */
    String blank(int n) {
        List<String> blanks = route.blanks(path);
        return blanks.get(n);
    }

    Token token() {
        return token;
    }

    /** Null while nothing tells whose call it is. */
    Organisation organisation() {
        return organisation;
    }

    void found(Token borne, Organisation owner) {
        token = borne;
        organisation = owner;
    }

    Notes notes() {
        return notes;
    }

    /** Notes a guest's message that was taken, for the journal and for the agent to answer. */
    void heard(Conversation conversation, String genesysId, String text) {
        notes.conversationId = conversation.id();
        notes.genesysId = genesysId;
        notes.text = text;
        notes.heardIn = conversation;
        notes.heard = text;
    }
}
