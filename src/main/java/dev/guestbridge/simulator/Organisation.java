package dev.guestbridge.simulator;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** What one organisation knows: its settings now, its threads and conversations. */
final class Organisation {

    private static final int REMEMBERED_MESSAGES = 200_000;

    private final OrganisationSettings start;
    private OrganisationSettings settings;
    private final Map<String, String> threads = new HashMap<>();
    private final Map<String, String> guestIds = new HashMap<>();
    private final Map<String, Conversation> conversations = new HashMap<>();
    private final Map<Guest, Conversation> newest = new HashMap<>();
    private final Set<String> participants = new HashSet<>();
    private final Map<String, Taken> taken = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Taken> eldest) {
            return size() > REMEMBERED_MESSAGES;
        }
    };

    private record Guest(String integration, String externalId) {}

    /** What a message was answered when it came first. */
    record Taken(String genesysId, Conversation conversation) {}

    Organisation(OrganisationSettings start) {
        this.start = start;
        this.settings = start;
    }

    OrganisationSettings settings() {
        return settings;
    }

    void change(OrganisationSettings changed) {
        settings = changed;
    }

    /** Settings as at the start, and nothing known. */
    void forget() {
        settings = start;
        threads.clear();
        guestIds.clear();
        conversations.clear();
        newest.clear();
        participants.clear();
        taken.clear();
    }

    /** The thread of a guest; null when none was opened. */
    String thread(String externalId) {
        return threads.get(externalId);
    }

    /** The guest's thread, opened now unless it was before. */
    String openThread(String externalId) {
        return threads.computeIfAbsent(externalId, id -> UUID.randomUUID().toString());
    }

    /** The identity that Genesys gives a guest; the same each time. */
    String guestId(String externalId) {
        return guestIds.computeIfAbsent(externalId, id -> UUID.randomUUID().toString());
    }

    Conversation conversation(String id) {
        return conversations.get(id);
    }

    boolean hasParticipant(String id) {
        return participants.contains(id);
    }

    /** The guest's newest conversation; null when there was none. */
    Conversation newest(String integration, String externalId) {
        return newest.get(new Guest(integration, externalId));
    }

    /** The guest's open conversation, or a new one. */
    Conversation current(String integration, String externalId, long nowMs) {
        Conversation conversation = newest(integration, externalId);
        return conversation == null || conversation.isClosed()
                ? open(UUID.randomUUID().toString(), integration, externalId, null, nowMs)
                : conversation;
    }

    /** @param participantId null: a new one */
    Conversation open(String id, String integration, String externalId, String participantId, long nowMs) {
        Conversation conversation =
                new Conversation(id, integration, externalId, participantId, guestId(externalId), nowMs);
        conversations.put(id, conversation);
        participants.add(conversation.participantId());
        newest.put(new Guest(integration, externalId), conversation);
        return conversation;
    }

    /** @return the conversations that were open and match; null matches any */
    List<Conversation> close(String conversationId, String externalId) {
        List<Conversation> closed = new ArrayList<>();
        for (Conversation conversation : conversations.values()) {
            if (!conversation.isClosed()
                    && (conversationId == null || conversationId.equals(conversation.id()))
                    && (externalId == null || externalId.equals(conversation.externalId()))) {
                conversation.close();
                closed.add(conversation);
            }
        }
        return closed;
    }

    /** How a message of this key was taken before; null when it is new. */
    Taken taken(String key) {
        return taken.get(key);
    }

    void take(String key, Taken message) {
        taken.putIfAbsent(key, message);
    }
}
