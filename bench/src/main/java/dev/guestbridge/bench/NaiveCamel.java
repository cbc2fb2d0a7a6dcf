package dev.guestbridge.bench;

import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.http.base.HttpOperationFailedException;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;

/** The route that most people write first: 50 consumers, camel-http, Camel's default acknowledgement, a few retries. */
final class NaiveCamel extends RouteBuilder {

    private static final int CONSUMERS = 50;

    private final String api;
    private final String token;

    private NaiveCamel(String api) throws Exception {
        this.api = api;
        token = AccessToken.of(api);
    }

    @Override
    public void configure() {
        onException(HttpOperationFailedException.class)
                .maximumRedeliveries(10)
                .redeliveryDelay(1_000)
                .useExponentialBackOff()
                .maximumRedeliveryDelay(30_000)
                .logRetryAttempted(false);
        from("jms:queue:" + Load.QUEUE + "?concurrentConsumers=" + CONSUMERS)
                .process(exchange -> exchange.getMessage()
                        .setBody(OpenMessage.read(
                                        exchange.getMessage().getBody(String.class),
                                        exchange.getMessage().getHeader("JMSTimestamp", Long.class))
                                .body()))
                .removeHeaders("JMS*")
                .setHeader(Exchange.HTTP_METHOD, constant("POST"))
                .setHeader(Exchange.CONTENT_TYPE, constant("application/json"))
                .setHeader("Authorization", constant("Bearer " + token))
                .to(api + OpenMessage.PATH);
    }

    /** @param arguments broker, API */
    public static void main(String[] arguments) throws Exception {
        Main main = new Main();
        main.bind("connectionFactory", new ActiveMQConnectionFactory(arguments[0]));
        main.addInitialProperty("camel.component.jms.connection-factory", "#bean:connectionFactory");
        // camel-http's default is 20, which would leave 30 of the consumers waiting
        main.addInitialProperty("camel.component.http.connections-per-route", String.valueOf(CONSUMERS));
        main.configure().addRoutesBuilder(new NaiveCamel(arguments[1]));
        main.addMainListener(new MainListenerSupport() {
            @Override
            public void afterStart(BaseMainSupport started) {
                System.out.println("up");
            }
        });
        main.run();
    }
}
