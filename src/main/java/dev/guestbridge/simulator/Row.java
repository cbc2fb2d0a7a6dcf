package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;

/** One line of a long list, written as JSON only when somebody reads it; by any thread. */
interface Row {

    ObjectNode written();
}
