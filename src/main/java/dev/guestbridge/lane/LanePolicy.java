package dev.guestbridge.lane;

import dev.guestbridge.message.Delivery;
import org.apache.camel.Exchange;
import org.apache.camel.Route;
import org.apache.camel.support.RoutePolicySupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Whatever way an exchange ends, its guest's lane goes on; what isn't settled by then stays on the bus. */
public final class LanePolicy extends RoutePolicySupport {

    private static final Logger LOG = LoggerFactory.getLogger(LanePolicy.class);

    private final Lanes lanes;
    private final Bulkhead bulkhead;

    public LanePolicy(Lanes lanes, Bulkhead bulkhead) {
        this.lanes = lanes;
        this.bulkhead = bulkhead;
    }

    @Override
    public void onExchangeDone(Route route, Exchange exchange) {
        Delivery delivery = exchange.getVariable("delivery", Delivery.class);
        if (delivery == null) {
            return;
        }
        if (exchange.getException() != null) {
            delivery.trace()
                    .logging(() -> LOG.error(
                            "{}: a message stays on the bus: {}",
                            route.getRouteId(),
                            exchange.getException().toString()));
        }
        bulkhead.leave(delivery);
        lanes.letGo(delivery);
    }
}
