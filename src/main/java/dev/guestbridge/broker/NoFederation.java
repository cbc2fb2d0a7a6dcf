package dev.guestbridge.broker;

import org.apache.activemq.artemis.api.core.Interceptor;
import org.apache.activemq.artemis.core.protocol.core.Packet;
import org.apache.activemq.artemis.core.protocol.core.impl.PacketImpl;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drops what orders the broker to connect to another one: Artemis 2.44.0 obeys whoever says so, before any login (CVE-2026-27446). */
public final class NoFederation implements Interceptor {

    private static final Logger LOG = LoggerFactory.getLogger(NoFederation.class);

    @Override
    public boolean intercept(Packet packet, RemotingConnection connection) {
        boolean order = packet.getType() == PacketImpl.FEDERATION_DOWNSTREAM_CONNECT;
        if (order) {
            LOG.warn(
                    "{} ordered the embedded broker to connect to another broker, which was not done; no program of ours does that",
                    connection.getRemoteAddress());
        }
        return !order;
    }
}
