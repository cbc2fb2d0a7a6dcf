package dev.guestbridge.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class BulkheadTest {

    private final Bulkhead bulkhead = new Bulkhead(2, Runnable::run);
    private final Delivery first = delivery();
    private final Delivery second = delivery();
    private final Delivery third = delivery();
    private final Delivery fourth = delivery();

    private static Delivery delivery() {
        return delivery("whatsapp");
    }

    private static Delivery delivery(String name) {
        Channel channel = new Channel(name, "open-messaging", "main", "int", null);
        return new Delivery(channel, channel.inQueue(), "1", "ID:1", Instant.EPOCH, Instant.EPOCH, "");
    }

    private CompletableFuture<Boolean> enter(Delivery delivery) {
        return bulkhead.enter(delivery).toCompletableFuture();
    }

    @Test
    void aPlaceThatIsGivenBackGoesToWhoWaitedLongest() {
        assertThat(enter(first)).isCompleted();
        assertThat(enter(second)).isCompleted();
        CompletableFuture<Boolean> thirds = enter(third);
        CompletableFuture<Boolean> fourths = enter(fourth);
        assertThat(thirds).isNotDone();
        bulkhead.leave(second);
        assertThat(thirds).isCompletedWithValue(true);
        assertThat(fourths).isNotDone();
        assertThat(bulkhead.taken()).isEqualTo(bulkhead.places()).isEqualTo(2);
        assertThat(bulkhead.waiting()).isEqualTo(1);
        bulkhead.leave(second);
        assertThat(fourths).as("no place is given back twice").isNotDone();
        bulkhead.leave(third);
        assertThat(fourths).isCompleted();
    }

    @Test
    void whoHasAPlaceKeepsItAndTakesNoSecond() {
        enter(first);
        assertThat(enter(first)).isCompleted();
        assertThat(enter(second)).isCompleted();
        assertThat(enter(third)).isNotDone();
    }

    @Test
    void whoWaitsWhenTheBridgeStopsGoesBackToTheBus() {
        enter(first);
        enter(second);
        CompletableFuture<Boolean> thirds = enter(third);
        bulkhead.close();
        assertThat(thirds).isCompletedExceptionally();
        assertThat(enter(fourth)).isCompletedExceptionally();
        bulkhead.leave(first);
        assertThat(thirds).isCompletedExceptionally();
    }

    @Test
    void ofThoseThatWereThereWhenTheProcessDiedOnlyOneIsInsideAtATime() {
        first.unfinished(2);
        second.unfinished(3);
        third.unfinished(1);
        assertThat(enter(first)).isCompleted();
        CompletableFuture<Boolean> seconds = enter(second);
        assertThat(seconds).as("there is room, but not for a second one").isNotDone();
        assertThat(enter(third)).as("once may be chance").isCompleted();
        CompletableFuture<Boolean> fourths = enter(fourth);
        bulkhead.leave(third);
        assertThat(fourths).as("others pass by").isCompleted();
        assertThat(seconds).isNotDone();
        bulkhead.leave(first);
        assertThat(seconds).isCompleted();
    }

    @Test
    void aChannelThatCantBeToldGetsNoMorePlacesAndHoldsUpNoOther() {
        enter(first);
        enter(second);
        CompletableFuture<Boolean> thirds = enter(third);
        Delivery others = delivery("mobile");
        CompletableFuture<Boolean> othersTurn = enter(others);
        bulkhead.tells(first);
        assertThat(bulkhead.taken()).as("the mobile's, which has none yet").isEqualTo(2);
        assertThat(othersTurn).isCompleted();
        bulkhead.tells(second);
        assertThat(thirds).as("two wait to be told").isNotDone();
        assertThat(enter(fourth)).isNotDone();
        assertThat(enter(delivery("mobile"))).isCompleted();
        bulkhead.leave(others);
        assertThat(thirds).isNotDone();
        bulkhead.leave(first);
        assertThat(thirds).as("one is told").isCompleted();
    }

    @Test
    void aPlaceGoesToTheChannelThatHasTheFewest() {
        enter(first);
        enter(second);
        CompletableFuture<Boolean> thirds = enter(third);
        CompletableFuture<Boolean> others = enter(delivery("mobile"));
        bulkhead.leave(first);
        assertThat(others).isCompleted();
        assertThat(thirds).isNotDone();
    }

    @Test
    void aSuspectOfAChannelThatCantBeToldHoldsUpNoOther() {
        enter(first);
        bulkhead.tells(first);
        enter(second);
        bulkhead.tells(second);
        third.unfinished(2);
        CompletableFuture<Boolean> thirds = enter(third);
        Delivery another = delivery("mobile");
        another.unfinished(2);
        assertThat(thirds).isNotDone();
        assertThat(enter(another)).isCompleted();
        bulkhead.leave(first);
        assertThat(thirds).as("one suspect at a time").isNotDone();
        bulkhead.tells(another);
        assertThat(thirds).isCompleted();
    }
}
