package dev.guestbridge.genesys;

import java.io.IOException;

/** No byte of the request was written. */
final class NotConnected extends IOException {

    NotConnected(IOException cause) {
        super(cause.toString(), cause);
    }
}
