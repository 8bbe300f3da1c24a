import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP2
import NIOHTTPTypesHTTP2
import NIOSSL
import NIOTLS

/// Sets a connection up: plain HTTP/1.1, or TLS with the protocol that client and server agree upon.
struct HearthChannel: ServerChildChannel {
    struct Value: ServerChildChannelValue {
        let channel: any Channel
    }

    let answerer: Answerer
    let tls: NIOSSLContext?

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            // One read a turn: a second one would nearly always find nothing, at the price of a system call a request.
            try channel.syncOptions?.setOption(.maxMessagesPerRead, value: 1)
            if let tls {
                try secure(channel, tls)
            } else {
                try serveHTTP1(channel, scheme: "http")
            }
            return Value(channel: channel)
        }
    }

    /// Waits for the end: all the work is done on the event loop. Cancelled after the drain time it cuts off.
    func handle(value: Value, logger: Logger) async {
        await withTaskCancellationHandler {
            try? await value.channel.closeFuture.get()
        } onCancel: {
            value.channel.close(promise: nil)
        }
    }

    private func serveHTTP1(_ channel: any Channel, scheme: String) throws {
        try channel.pipeline.syncOperations.addHandler(
            HTTP1Handler(answerer: answerer, eventLoop: channel.eventLoop, scheme: scheme))
    }

    private func secure(_ channel: any Channel, _ tls: NIOSSLContext) throws {
        let tooLong = channel.eventLoop.scheduleTask(in: answerer.configuration.timeouts.header) {
            channel.close(promise: nil)
        }
        channel.closeFuture.whenComplete { _ in tooLong.cancel() }
        try channel.pipeline.syncOperations.addHandler(NIOSSLServerHandler(context: tls))
        try channel.pipeline.syncOperations.addHandler(
            ApplicationProtocolNegotiationHandler { result, channel in
                tooLong.cancel()
                return channel.eventLoop.makeCompletedFuture {
                    switch result {
                    case .negotiated("h2"): try serveHTTP2(channel)
                    case .negotiated("http/1.1"), .fallback: try serveHTTP1(channel, scheme: "https")
                    case .negotiated: throw HTTPError(.httpVersionNotSupported)
                    }
                }.flatMapErrorThrowing { error in
                    channel.close(promise: nil)
                    throw error
                }
            })
    }

    private func serveHTTP2(_ channel: any Channel) throws {
        let timeouts = answerer.configuration.timeouts
        var connection = NIOHTTP2Handler.ConnectionConfiguration()
        connection.initialSettings = [
            HTTP2Setting(parameter: .maxConcurrentStreams, value: 100),
            HTTP2Setting(parameter: .maxHeaderListSize, value: answerer.configuration.limits.headerList),
        ]
        let answerer = answerer
        let remoteAddress = channel.remoteAddress?.ipAddress
        let management = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(maxIdleTime: timeouts.idle, maxAge: nil, maxGraceTime: timeouts.drain, keepalive: nil))
        _ = try channel.pipeline.syncOperations.configureHTTP2Pipeline(
            mode: .server, connectionConfiguration: connection, streamConfiguration: NIOHTTP2Handler.StreamConfiguration(),
            streamDelegate: management.http2StreamDelegate
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                try stream.pipeline.syncOperations.addHandler(HTTP2FramePayloadToHTTPServerCodec())
                try stream.pipeline.syncOperations.addHandler(
                    HTTP2StreamHandler(answerer: answerer, eventLoop: stream.eventLoop, remoteAddress: remoteAddress))
            }
        }
        try channel.pipeline.syncOperations.addHandler(management)
        try channel.pipeline.syncOperations.addHandler(HTTP2ConnectionEnd(logger: answerer.logger))
        // Its idle timer starts with the connection, which was there before it.
        management.channelActive(context: try channel.pipeline.syncOperations.context(handler: management))
    }
}
