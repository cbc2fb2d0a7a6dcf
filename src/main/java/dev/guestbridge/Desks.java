package dev.guestbridge;

import dev.guestbridge.broker.Connections;
import dev.guestbridge.broker.DeadLetters;
import dev.guestbridge.console.AuditDesk;
import dev.guestbridge.console.ChannelDesk;
import dev.guestbridge.console.DeadDesk;
import dev.guestbridge.console.Door;
import dev.guestbridge.console.ErasureDesk;
import dev.guestbridge.console.GiveUpDesk;
import dev.guestbridge.console.Jobs;
import dev.guestbridge.console.Login;
import dev.guestbridge.console.MessageDesk;
import dev.guestbridge.console.Operations;
import dev.guestbridge.console.Page;
import dev.guestbridge.console.PasswordHash;
import dev.guestbridge.console.PauseDesk;
import dev.guestbridge.console.QueueDesk;
import dev.guestbridge.console.Sessions;
import dev.guestbridge.console.ThreadDesk;
import dev.guestbridge.console.TroubleDesk;
import dev.guestbridge.console.Whereabouts;
import dev.guestbridge.console.WhyDesk;
import dev.guestbridge.genesys.ErrorCatalogue;
import dev.guestbridge.genesys.Organisations;
import dev.guestbridge.genesys.Tokens;
import dev.guestbridge.lane.Lanes;
import dev.guestbridge.lane.Pauses;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.GuestMessageReader;
import dev.guestbridge.message.Meters;
import dev.guestbridge.message.ReceiptReader;
import dev.guestbridge.message.SteadyClock;
import dev.guestbridge.store.Accounts;
import dev.guestbridge.store.Audit;
import dev.guestbridge.store.Erasure;
import dev.guestbridge.store.Instances;
import dev.guestbridge.store.Outbox;
import dev.guestbridge.store.Repeats;
import dev.guestbridge.store.Store;
import dev.guestbridge.store.ThreadRegister;
import dev.guestbridge.store.Threads;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import io.vertx.ext.web.Router;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Clock;
import java.time.Duration;
import org.apache.camel.spi.Registry;

/** What operators may ask a running bridge, and have it do: each desk opens its own windows in the one door. */
final class Desks implements AutoCloseable {

    private static final int AT_ONCE = 16; // questions that wait; webhooks have threads of their own

    private final Settings settings;
    private final Registry beans;
    private final Clock clock = Clock.systemUTC();
    private final Clock steadyClock = new SteadyClock();
    private final Jobs jobs = new Jobs(clock);
    private final WorkerExecutor workers;
    private final Login login; // null where nobody is asked

    /** @param beans those that the routes call, all of them started */
    Desks(Settings settings, Registry beans) {
        this.settings = settings;
        this.beans = beans;
        this.workers = bean("vertx", Vertx.class).createSharedWorkerExecutor("operators", AT_ONCE);
        String user = settings.get("management.user");
        this.login = user.isEmpty()
                ? null
                : new Login(user, PasswordHash.read(settings.secret("management.password-hash")), steadyClock);
    }

    /** @param router of the management port */
    void open(Router router) {
        Store store = bean("store", Store.class);
        Audit audit = new Audit(store, clock);
        Accounts accounts = new Accounts(store);
        boolean loopback = Loopback.is(settings.get("management.host"));
        Sessions sessions =
                new Sessions(Duration.ofMinutes(settings.number("management.session-idle-minutes")), steadyClock);
        Door door = new Door(loopback, Loopback::is, login, sessions, audit);
        Operations operations = new Operations(router, door, audit, workers);
        if (settings.isForDevelopers()) {
            door.guard(router, "/q/dev*");
        }
        Page.serve(router);
        operations.read("/settings", asked -> settings.shown());
        new AuditDesk(audit).open(operations);
        openLive(operations, accounts);
        DeadLetters letters = letters();
        openDead(operations, letters, accounts, audit);
        openThreads(operations, letters);
    }

    private void openLive(Operations operations, Accounts accounts) {
        Channels channels = bean("channels", Channels.class);
        Connections connections = bean("connections", Connections.class);
        Lanes lanes = bean("lanes", Lanes.class);
        Pauses pauses = bean("pauses", Pauses.class);
        Store store = bean("store", Store.class);
        Instances instances = new Instances(store);
        if (store.isShared()) {
            instances.introduce(hostName() + ":" + settings.get("management.port"));
        }
        Whereabouts whereabouts = new Whereabouts(
                lanes,
                pauses,
                accounts,
                bean("repeats", Repeats.class),
                instances,
                bean("organisations", Organisations.class),
                clock);
        new ChannelDesk(channels, bean("errorCatalogue", ErrorCatalogue.class), bean("meters", Meters.class), clock)
                .open(operations);
        new PauseDesk(pauses, lanes, channels, bean("tokens", Tokens.class), clock).open(operations);
        new QueueDesk(connections, lanes, channels, settings.word("reply.receipts")).open(operations);
        new MessageDesk(whereabouts, channels).open(operations);
        new GiveUpDesk(whereabouts, channels).open(operations);
        new TroubleDesk(pauses, accounts, clock).open(operations);
        new WhyDesk(whereabouts, pauses, connections, channels, clock, settings.number("store.keep-days"))
                .open(operations);
    }

    private static String hostName() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "localhost";
        }
    }

    private DeadLetters letters() {
        return bean("connections", Connections.class)
                .deadLetters(
                        bean("channels", Channels.class),
                        bean("guestMessageReader", GuestMessageReader.class),
                        bean("receiptReader", ReceiptReader.class),
                        settings.number("message.max-bytes"),
                        clock);
    }

    private void openDead(Operations operations, DeadLetters letters, Accounts accounts, Audit audit) {
        Channels channels = bean("channels", Channels.class);
        Connections connections = bean("connections", Connections.class);
        jobs.open(operations);
        new DeadDesk(letters, channels, connections::lacks, accounts, bean("lanes", Lanes.class), jobs, audit)
                .open(operations);
    }

    private void openThreads(Operations operations, DeadLetters letters) {
        Channels channels = bean("channels", Channels.class);
        Lanes lanes = bean("lanes", Lanes.class);
        Store store = bean("store", Store.class);
        ThreadRegister threads = new ThreadRegister(store, bean("threads", Threads.class), clock);
        new ThreadDesk(threads, channels, lanes, store.isShared()).open(operations);
        Erasure erasure = new Erasure(store, threads, bean("outbox", Outbox.class), bean("repeats", Repeats.class));
        new ErasureDesk(erasure, letters, bean("connections", Connections.class), channels, lanes, store.isShared())
                .open(operations);
    }

    private <T> T bean(String name, Class<T> type) {
        return beans.lookupByNameAndType(name, type);
    }

    /** Ends the jobs after what they are just doing. */
    @Override
    public void close() {
        jobs.close();
        workers.close();
        if (login != null) {
            login.close();
        }
    }
}
