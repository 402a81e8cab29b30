-- The pace of one tenant, for all processes that share it.
--
-- KEYS[1] holds its state, KEYS[2] the runs that take requests from it. ARGV[1] says
-- what to do, ARGV[2] which run asks ('' if it does not count), ARGV[3] the most
-- requests per second that this run may send (0 if it sends none); more follows.
--
-- Times are microseconds by the clock of this server, the only one that counts.
-- Rates are requests per second. The arithmetic of the rate is that of limit.go.

local what, run, own = ARGV[1], ARGV[2], tonumber(ARGV[3])
local UNLIMITED = 1e9

local s = {
	next = 0,                             -- the next free slot
	pause = 0, hold = 0,                  -- no request leaves earlier: LoanPro asks for it, or a person
	set = 0,                              -- a person's ceiling; 0 if there is none
	learned = UNLIMITED, since = 0,       -- the rate that LoanPro is believed to accept, and its time
	threshold = 0, fast = 0, slow = 0,    -- how the rate recovers
	lowered = 0, busy = 0, busy_at = 0,   -- of refusals
	at = 0, shift = 0, opened = 0,        -- of the clock, and of this life of the server
}
local text = { life = '', last = '' }

local stored = redis.call('HGETALL', KEYS[1])
for i = 1, #stored, 2 do
	local field, value = stored[i], stored[i + 1]
	if text[field] then text[field] = value else s[field] = tonumber(value) end
end

-- A clock that is set back must not make everybody wait for it.
local clock = redis.call('TIME')
local now = tonumber(clock[1]) * 1e6 + tonumber(clock[2])
if now + s.shift < s.at then s.shift = s.at - now end
now = now + s.shift

-- runs returns those seen lately, as name, rate, time seen, requests.
local function runs()
	local all, found = {}, redis.call('HGETALL', KEYS[2])
	for i = 1, #found, 2 do
		local rate, seen, taken = string.match(found[i + 1], '^(%S+) (%S+) (%S+)$')
		if rate and now - tonumber(seen) <= $GONE then
			all[#all + 1] = { found[i], tonumber(rate), tonumber(seen), tonumber(taken) }
		elseif what == 'take' then
			redis.call('HDEL', KEYS[2], found[i])
		end
	end
	return all
end

local sharing = runs()

-- allowed returns the ceiling: the lowest of all that are there.
local function allowed()
	local lowest = own > 0 and own or UNLIMITED
	for _, other in ipairs(sharing) do lowest = math.min(lowest, other[2]) end
	if s.set > 0 then lowest = math.min(lowest, s.set) end
	return lowest
end

local ceiling = allowed() * $HEADROOM

local function rate()
	local passed = (now - s.since) / 1e6
	if passed > 0 then
		if s.learned < s.threshold then
			local climbing = math.min(passed, (s.threshold - s.learned) / s.fast)
			s.learned = s.learned + s.fast * climbing
			passed = passed - climbing
		end
		s.learned = math.min(UNLIMITED, s.learned + s.slow * passed)
		s.since = now
	end
	return math.min(ceiling, s.learned)
end

local function refuse()
	local refused = rate()
	s.learned = math.max(refused * $DECREASE, math.min($MIN_RATE, ceiling))
	s.threshold = refused * $FAST_UNTIL
	s.fast = math.max(s.threshold - s.learned, refused * $GROWTH) / $FAST_RECOVERY
	s.slow = refused * $GROWTH
	s.since, s.lowered = s.pause, s.pause
end

local function refuse_again()
	s.learned = math.max(rate() * $DECREASE, math.min($MIN_RATE, ceiling))
	s.fast = math.max((s.threshold - s.learned) / $FAST_RECOVERY, s.slow)
	s.since, s.lowered = s.pause, s.pause
end

-- answered ends the 503s in a row, if a request has succeeded since the last of them.
-- age is how long ago it did; below 0: none has.
local function answered(age)
	if age >= 0 and now - age > s.busy_at then s.busy = 0 end
end

local function save()
	local flat = { 'life', text.life, 'last', text.last }
	s.at = now
	for field, value in pairs(s) do
		flat[#flat + 1] = field
		flat[#flat + 1] = string.format('%.17g', value)
	end
	redis.call('HSET', KEYS[1], unpack(flat))
	-- What a person has set stays; the rest is of no use after a week.
	if s.set > 0 then redis.call('PERSIST', KEYS[1]) else redis.call('EXPIRE', KEYS[1], 604800) end
end

-- After a restart the state is gone, or older than the last requests. A second later
-- those no longer count, and slots reserved before it are void.
local function open()
	local report = redis.pcall('INFO', 'server')
	local life = 'unknown'
	if type(report) == 'string' then life = string.match(report, 'run_id:(%x+)') or life end
	if text.life ~= life then
		text.life, s.opened = life, now
		s.next = math.max(s.next, now + 1e6)
	end
end

-- join counts the run among those that are there, with more requests than before.
local function join(more)
	if run == '' then return end
	local taken = more
	for _, other in ipairs(sharing) do
		if other[1] == run then taken = taken + other[4] end
	end
	redis.call('HSET', KEYS[2], run, string.format('%.17g %.0f %.0f', own, now, taken))
	redis.call('EXPIRE', KEYS[2], 86400)
end

-- take returns how long the run must wait, the slot that it holds (0: none), the life
-- of the server that the slot belongs to, and whether it waits for LoanPro or a person.
-- A slot must be confirmed when its time has come: a pause may have begun, and a slot
-- used late would bring two requests close together.
local function take(held, opened, age)
	answered(age)
	local paused = math.max(s.pause, s.hold)
	if paused > now then
		join(0)
		return { math.ceil(paused - now), 0, s.opened, s.hold > s.pause and 2 or 1 }
	end
	local step = 1e6 / rate()
	if held > 0 and opened == math.floor(s.opened) and now - held <= $LATE + step / 2 then
		join(0)
		return { math.max(0, math.ceil(held - now)), held, opened, 0 }
	end
	local slot = math.ceil(math.max(s.next, now))
	s.next, text.last = slot + step, run
	join(1)
	return { slot - now, slot, s.opened, 0 }
end

local function stop(length) s.pause = math.max(s.pause, now + length) end

-- throttled handles a 429 to a request that left age ago.
local function throttled(age, length)
	stop(length)
	if now - age > s.lowered then refuse() end
	return { length }
end

-- unavailable handles a 503 to a request that left age ago.
local function unavailable(age, length, success)
	answered(success)
	local again = s.busy == 0 or now - age > s.busy_at
	if again then s.busy, s.busy_at = s.busy + 1, now end
	if length == 0 then length = math.min($FIRST_PAUSE * 2 ^ math.min(s.busy - 1, 10), $MAX_PAUSE) end
	stop(length)
	if again and s.busy == 2 then refuse() elseif again and s.busy > 2 then refuse_again() end
	return { length }
end

-- show returns the state as texts, and then four for each run.
local function show()
	local function left(time) return string.format('%.0f', math.max(0, time - now)) end
	local limit = allowed()
	local out = {
		string.format('%.17g', limit < UNLIMITED and limit or 0), string.format('%.17g', limit < UNLIMITED and rate() or 0),
		string.format('%.17g', s.set), left(s.next), left(s.pause), left(s.hold), text.last,
	}
	for _, other in ipairs(sharing) do
		out[#out + 1] = other[1]
		out[#out + 1] = string.format('%.17g', other[2])
		out[#out + 1] = string.format('%.0f', now - other[3])
		out[#out + 1] = string.format('%.0f', other[4])
	end
	return out
end

local function argument(i) return tonumber(ARGV[i]) end

if what == 'show' then return show() end
if what == 'leave' then return redis.call('HDEL', KEYS[2], run) end
open()
local reply = {}
if what == 'take' then reply = take(argument(4), argument(5), argument(6))
elseif what == 'throttled' then reply = throttled(argument(4), argument(5))
elseif what == 'unavailable' then reply = unavailable(argument(4), argument(5), argument(6))
elseif what == 'pause' then s.hold = now + argument(4)
elseif what == 'set' then s.set = argument(4)
elseif what == 'clear' then s.hold, s.set = 0, 0
end
save()
return reply
